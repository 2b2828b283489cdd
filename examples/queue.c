//go:build ignore

// The other end of queue.lua: sends one message.
//
//	weir examples queue.c >queue.c && gcc -o queue queue.c
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>

int main(void)
{
	mqd_t q = mq_open("/weir-example", O_WRONLY);
	if (q == (mqd_t)-1) {
		perror("mq_open: is queue.lua waiting?");
		return 1;
	}
	if (mq_send(q, "hello from C", 12, 3) < 0) {
		perror("mq_send");
		return 1;
	}
	return mq_close(q);
}
