// Waits for its stdin, or its stdout, in the call that its argument names.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char buf[1 << 20];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void *reads(void *unused) {
	return (void *)read(0, buf, 1);
}

static void *sleeps(void *unused) {
	pthread_mutex_lock(&mutex);
	pthread_cond_wait(&condition, &mutex);
	return NULL;
}

int main(int argc, char **argv) {
	const char *how = argv[1];
	if (!strcmp(how, "read"))
		read(0, buf, 1);
	else if (!strcmp(how, "readv"))
		readv(0, &(struct iovec){buf, 1}, 1);
	else if (!strcmp(how, "poll"))
		poll((struct pollfd[]){{0, POLLIN}, {-1, POLLIN}}, 2, -1);
	else if (!strcmp(how, "ppoll"))
		ppoll(&(struct pollfd){0, POLLIN}, 1, NULL, NULL);
	else if (!strcmp(how, "select") || !strcmp(how, "pselect")) {
		fd_set set;
		FD_ZERO(&set);
		FD_SET(0, &set);
		if (how[0] == 's')
			select(1, &set, NULL, NULL, NULL);
		else
			pselect(1, &set, NULL, NULL, NULL, NULL);
	} else if (!strcmp(how, "epoll")) {
		int ep = epoll_create1(0);
		struct epoll_event e = {.events = EPOLLIN};
		epoll_ctl(ep, EPOLL_CTL_ADD, 0, &e);
		epoll_wait(ep, &e, 1, -1);
	} else if (!strcmp(how, "splice"))
		splice(0, NULL, 1, NULL, 4096, 0);
	else if (!strcmp(how, "join")) {
		pthread_t t;
		pthread_create(&t, NULL, reads, NULL);
		pthread_join(t, NULL);
	} else if (!strcmp(how, "condition")) {
		pthread_t t;
		pthread_create(&t, NULL, sleeps, NULL);
		read(0, buf, 1);
	} else if (!strcmp(how, "wait")) {
		if (fork() == 0)
			return read(0, buf, 1);
		wait(NULL);
	} else if (!strcmp(how, "write")) {
		for (;;)
			write(1, buf, sizeof buf);
	}
	return 0;
}
