// The other end of a queue, FIFO, or unix or TCP socket, which knows nothing of
// weir.
//
//	peer send|receive queue|fifo|unix|tcp|unixgram|udp NAME
//
// send sends "one", "" and "three"; receive prints what comes, a message a line.
// Streams carry a message a line.
#include <arpa/inet.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *messages[] = {"one", "", "three"};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int join(const char *kind, const char *name)
{
	int s = -1;
	if (!strncmp(kind, "unix", 4)) {
		struct sockaddr_un to = {.sun_family = AF_UNIX};
		strncpy(to.sun_path, name, sizeof to.sun_path - 1);
		s = socket(AF_UNIX, strcmp(kind, "unix") ? SOCK_DGRAM : SOCK_STREAM, 0);
		if (s < 0 || connect(s, (struct sockaddr *)&to, sizeof to) < 0)
			fail("connect");
	} else {
		struct sockaddr_in to = {.sin_family = AF_INET};
		const char *port = strchr(name, ':') + 1;
		to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		to.sin_port = htons(atoi(port));
		s = socket(AF_INET, strcmp(kind, "tcp") ? SOCK_DGRAM : SOCK_STREAM, 0);
		if (s < 0 || connect(s, (struct sockaddr *)&to, sizeof to) < 0)
			fail("connect");
	}
	return s;
}

static int queue(int sends, const char *name)
{
	struct mq_attr attr;
	mqd_t q = mq_open(name, sends ? O_WRONLY : O_RDONLY);
	if (q == (mqd_t)-1 || mq_getattr(q, &attr) < 0)
		fail("mq_open");
	char buf[attr.mq_msgsize];
	for (int i = 0; i < 3; i++) {
		if (sends && mq_send(q, messages[i], strlen(messages[i]), 7) < 0)
			fail("mq_send");
		if (!sends) {
			unsigned priority;
			ssize_t n = mq_receive(q, buf, sizeof buf, &priority);
			if (n < 0)
				fail("mq_receive");
			printf("%.*s %u\n", (int)n, buf, priority);
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	int sends = !strcmp(argv[1], "send");
	const char *kind = argv[2], *name = argv[3];
	if (!strcmp(kind, "queue"))
		return queue(sends, name);
	int datagrams = !strcmp(kind, "unixgram") || !strcmp(kind, "udp");
	int fd = strcmp(kind, "fifo") ? join(kind, name) : open(name, sends ? O_WRONLY : O_RDONLY);
	if (fd < 0)
		fail("open");
	if (sends) {
		for (int i = 0; i < 3; i++) {
			char line[16];
			int n = sprintf(line, datagrams ? "%s" : "%s\n", messages[i]);
			if (write(fd, line, n) != n)
				fail("write");
		}
		return 0;
	}
	char buf[256];
	ssize_t n;
	while ((n = read(fd, buf, sizeof buf)) > 0)
		fwrite(buf, 1, n, stdout);
	return n < 0;
}
