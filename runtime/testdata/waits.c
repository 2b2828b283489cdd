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
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
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

// fills writes more to a child than both pipes hold, and reads afterwards.
static void fills(void) {
	int to[2], from[2];
	pipe2(to, O_CLOEXEC);
	pipe2(from, O_CLOEXEC);
	if (fork() == 0) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		execlp("cat", "cat", NULL);
		_exit(1);
	}
	close(to[0]);
	close(from[1]);
	write(to[1], buf, sizeof buf);
	read(from[0], buf, 1);
}

// onSocket waits at a socket.
static void onSocket(int fd, const char *how) {
	if (!strcmp(how, "send"))
		while (send(fd, buf, 1000, 0) > 0)
			;
	else if (!strcmp(how, "big"))
		while (write(fd, buf, 100000) > 0)
			;
	else if (!strcmp(how, "message"))
		recvmsg(fd, &(struct msghdr){.msg_iov = &(struct iovec){buf, 1}, .msg_iovlen = 1}, 0);
	else if (!strcmp(how, "poll"))
		poll(&(struct pollfd){fd, POLLIN}, 1, -1);
	else {
		if (!strcmp(how, "timeout"))
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){1}, sizeof(struct timeval));
		recv(fd, buf, 1, 0);
	}
}

static void tcp(int pair[2]) {
	struct sockaddr_in at = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof at;
	int door = socket(AF_INET, SOCK_STREAM, 0);
	bind(door, (struct sockaddr *)&at, size);
	listen(door, 1);
	getsockname(door, (struct sockaddr *)&at, &size);
	pair[0] = socket(AF_INET, SOCK_STREAM, 0);
	connect(pair[0], (struct sockaddr *)&at, size);
	pair[1] = accept(door, NULL, NULL);
	close(door);
}

// named gives a socket of datagrams with an abstract name.
static int named(struct sockaddr_un *at, int pid, char side) {
	*at = (struct sockaddr_un){AF_UNIX};
	sprintf(at->sun_path + 1, "weir-test-%d-%c", pid, side);
	return socket(AF_UNIX, SOCK_DGRAM, 0);
}

// datagrams has two processes send to each other's name, or receive at their own.
static void datagrams(const char *how) {
	struct sockaddr_un to, from;
	int pid = getpid(), fds[2] = {named(&to, pid, 'a'), named(&from, pid, 'b')};
	bind(fds[0], (struct sockaddr *)&to, sizeof to);
	bind(fds[1], (struct sockaddr *)&from, sizeof from);
	int child = fork() == 0;
	close(fds[!child]);
	if (!strcmp(how, "receive"))
		recv(fds[child], buf, 1, 0);
	while (sendto(fds[child], buf, 10, 0, (struct sockaddr *)(child ? &to : &from), sizeof to) > 0)
		;
}

// sockets has a process and its child wait at the two ends of a connection.
static void sockets(const char *type, const char *how) {
	int pair[2];
	if (!strcmp(type, "named")) {
		datagrams(how);
		return;
	}
	if (!strcmp(type, "tcp"))
		tcp(pair);
	else
		socketpair(AF_UNIX, !strcmp(type, "stream") ? SOCK_STREAM : !strcmp(type, "packets") ? SOCK_SEQPACKET : SOCK_DGRAM, 0, pair);
	int child = fork() == 0;
	close(pair[!child]);
	onSocket(pair[child], how);
}

// meets has two stages meet at a path: one listens there, the other connects.
static void meets(const char *path, const char *how, int listens) {
	struct sockaddr_un at = {AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(at.sun_path, path);
	if (listens) {
		bind(fd, (struct sockaddr *)&at, sizeof at);
		listen(fd, 1);
		onSocket(accept(fd, NULL, NULL), how);
		return;
	}
	while (connect(fd, (struct sockaddr *)&at, sizeof at) < 0)
		usleep(10000);
	onSocket(fd, how);
}

// locks a file by flock(2), fcntl(2), or fcntl(2) for an open file; waits or tries.
static int locks(const char *kind, int fd, int type, int waits) {
	if (kind[0] == 'f')
		return flock(fd, (type == F_UNLCK ? LOCK_UN : LOCK_EX) | (waits ? 0 : LOCK_NB));
	struct flock l = {.l_type = type, .l_whence = SEEK_SET};
	if (kind[0] == 'p')
		return fcntl(fd, waits ? F_SETLKW : F_SETLK, &l);
	return fcntl(fd, waits ? F_OFD_SETLKW : F_OFD_SETLK, &l);
}

// waitsForLock waits for a lock once another has it.
static void waitsForLock(const char *kind, const char *path) {
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	while (locks(kind, fd, F_WRLCK, 0) == 0) {
		locks(kind, fd, F_UNLCK, 0);
		usleep(1000);
	}
	locks(kind, fd, F_WRLCK, 1);
}

static void holdsLock(const char *kind, const char *path) {
	locks(kind, open(path, O_RDWR | O_CREAT, 0600), F_WRLCK, 1);
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
	} else if (!strcmp(how, "sockets")) {
		sockets(argv[2], argv[3]);
	} else if (!strcmp(how, "lock")) {
		holdsLock(argv[2], argv[3]);
		if (argc > 4)
			waitsForLock(argv[2], argv[4]);
		else
			read(0, buf, 1);
	} else if (!strcmp(how, "unlocked")) {
		waitsForLock(argv[2], argv[3]);
	} else if (!strcmp(how, "listens") || !strcmp(how, "connects")) {
		meets(argv[2], argv[3], how[0] == 'l');
	} else if (!strcmp(how, "fills")) {
		fills();
	} else if (!strcmp(how, "self")) {
		int own[2];
		pipe(own);
		write(own[1], buf, sizeof buf);
	} else if (!strcmp(how, "parked")) {
		int own[2];
		pipe(own);
		poll(&(struct pollfd){own[0], POLLIN}, 1, -1);
	} else if (!strcmp(how, "write")) {
		for (;;)
			write(1, buf, sizeof buf);
	}
	return 0;
}
