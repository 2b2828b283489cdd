/*
 * A process as small as one can be: copies its input to its output, with
 * neither a C library nor a loader to start. x86-64 Linux.
 */
static long call(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}

static char buffer[65536];

void _start(void)
{
	long n;
	while ((n = call(0, 0, (long)buffer, sizeof buffer)) > 0)
		call(1, 1, (long)buffer, n);
	call(231, 0, 0, 0);
}
