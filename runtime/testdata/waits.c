// Waits for its stdin, or its stdout, in the call that its argument names. The
// later ones go on by themselves after a second, or may.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char buf[1 << 20];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void wakes(int unused) {}

// later has SIGALRM interrupt a call after a second.
static void later(void) {
	sigaction(SIGALRM, &(struct sigaction){.sa_handler = wakes}, NULL);
}

static void *naps(void *unused) {
	sleep(1);
	_exit(0);
}

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
	} else if (!strcmp(how, "alarm")) {
		later();
		alarm(1);
		read(0, buf, 1);
	} else if (!strcmp(how, "timer")) {
		timer_t timer;
		timer_create(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL}, &timer);
		timer_settime(timer, 0, &(struct itimerspec){.it_value.tv_sec = 1}, NULL);
		read(0, buf, 1);
	} else if (!strcmp(how, "timerfd")) {
		int t = timerfd_create(CLOCK_MONOTONIC, 0);
		timerfd_settime(t, 0, &(struct itimerspec){.it_value.tv_sec = 1}, NULL);
		poll((struct pollfd[]){{0, POLLIN}, {t, POLLIN}}, 2, -1);
	} else if (!strcmp(how, "late")) {
		poll(&(struct pollfd){0, POLLIN}, 1, 1000);
	} else if (!strcmp(how, "slept")) {
		select(1, NULL, NULL, NULL, &(struct timeval){1, 0});
	} else if (!strcmp(how, "nap")) {
		pthread_t t;
		pthread_create(&t, NULL, naps, NULL);
		read(0, buf, 1);
	} else if (!strcmp(how, "timed")) {
		pthread_t t;
		struct timespec at;
		pthread_create(&t, NULL, reads, NULL);
		clock_gettime(CLOCK_REALTIME, &at);
		at.tv_sec++;
		pthread_mutex_lock(&mutex);
		pthread_cond_timedwait(&condition, &mutex, &at);
	} else if (!strcmp(how, "child")) {
		if (fork() == 0)
			return sleep(1);
		wait(NULL);
	} else if (!strcmp(how, "usr1") || !strcmp(how, "realtime") || !strcmp(how, "blocked")) {
		int which = how[0] == 'r' ? SIGRTMIN + 1 : SIGUSR1;
		sigset_t set;
		sigemptyset(&set);
		sigaddset(&set, which);
		sigaction(which, &(struct sigaction){.sa_handler = wakes}, NULL);
		if (how[0] == 'b')
			sigprocmask(SIG_BLOCK, &set, NULL);
		read(0, buf, 1);
	} else if (!strcmp(how, "sigchld")) {
		sigaction(SIGCHLD, &(struct sigaction){.sa_handler = wakes}, NULL);
		if (fork() == 0)
			return sleep(5);
		read(0, buf, 1);
	} else if (!strcmp(how, "stopped")) {
		raise(SIGSTOP);
	} else if (!strcmp(how, "write")) {
		for (;;)
			write(1, buf, sizeof buf);
	}
	return 0;
}
