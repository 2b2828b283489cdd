//go:build ignore

// A client of socket.lua: sends a line and prints the answer.
//
//	weir examples socket.c >socket.c && gcc -o socket socket.c
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	if (argc != 2) {
		fprintf(stderr, "usage: socket PATH\n");
		return 2;
	}
	strncpy(to.sun_path, argv[1], sizeof to.sun_path - 1);
	if (connect(s, (struct sockaddr *)&to, sizeof to) < 0) {
		perror("connect: is socket.lua waiting?");
		return 1;
	}
	char answer[64] = "hello from c\n";
	if (write(s, answer, strlen(answer)) < 0 || shutdown(s, SHUT_WR) < 0)
		return 1;
	ssize_t n;
	while ((n = read(s, answer, sizeof answer)) > 0)
		fwrite(answer, 1, n, stdout);
	return n < 0;
}
