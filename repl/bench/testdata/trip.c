// trip KIND COUNT CPU0 CPU1: messages of 64 bytes, there and back between two
// processes, by pipe, unix, tcp or queue.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 64 };
static int is_queue;

static void pin(int cpu)
{
	cpu_set_t set;
	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof set, &set);
}

static void put(int fd, const char *m)
{
	if (is_queue ? mq_send(fd, m, SIZE, 0) : write(fd, m, SIZE) != SIZE)
		perror("send"), exit(1);
}

static void get(int fd, char *m)
{
	for (int n = 0; n < SIZE;) {
		ssize_t k = is_queue ? mq_receive(fd, m, SIZE, 0) : read(fd, m + n, SIZE - n);
		if (k <= 0)
			perror("receive"), exit(1);
		n += k;
	}
}

static mqd_t queue(const char *name)
{
	struct mq_attr attr = {.mq_maxmsg = 8, .mq_msgsize = SIZE};
	mqd_t q = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
	if (q == (mqd_t)-1)
		perror("mq_open"), exit(1);
	mq_unlink(name);
	return q;
}

static void tcp(int *s)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int l = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	bind(l, (struct sockaddr *)&a, n);
	listen(l, 1);
	getsockname(l, (struct sockaddr *)&a, &n);
	s[0] = socket(AF_INET, SOCK_STREAM, 0);
	connect(s[0], (struct sockaddr *)&a, n);
	s[1] = accept(l, 0, 0);
	for (int i = 0; i < 2; i++)
		setsockopt(s[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	int count = atoi(argv[2]), there[2], back[2]; // read end, write end
	if (!strcmp(argv[1], "pipe")) {
		if (pipe(there) || pipe(back))
			return 1;
	} else if (!strcmp(argv[1], "queue")) {
		is_queue = 1;
		there[0] = there[1] = queue("/weir-bench-trip-1");
		back[0] = back[1] = queue("/weir-bench-trip-2");
	} else {
		int s[2];
		if (!strcmp(argv[1], "tcp"))
			tcp(s);
		else if (socketpair(AF_UNIX, SOCK_STREAM, 0, s))
			return 1;
		there[1] = back[0] = s[0];
		there[0] = back[1] = s[1];
	}
	char m[SIZE] = "";
	if (!fork()) {
		pin(atoi(argv[4]));
		for (int i = 0; i < count; i++) {
			get(there[0], m);
			put(back[1], m);
		}
		_exit(0);
	}
	pin(atoi(argv[3]));
	for (int i = 0; i < count; i++) {
		memcpy(m, &i, sizeof i);
		put(there[1], m);
		get(back[0], m);
		if (memcmp(m, &i, sizeof i))
			return 1;
	}
	wait(0);
	return 0;
}
