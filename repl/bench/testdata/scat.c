/* A small static process: copies its input to its output. */
#include <unistd.h>

int main(void)
{
	static char buf[65536];
	ssize_t n;
	while ((n = read(0, buf, sizeof buf)) > 0)
		if (write(1, buf, n) != n)
			return 1;
	return n < 0;
}
