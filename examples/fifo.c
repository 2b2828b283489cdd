//go:build ignore

// The other end of fifo.lua: reads the FIFO and counts its lines.
//
//	weir examples fifo.c >fifo.c && gcc -o fifo fifo.c
//	weir run example:fifo NAME     and then ./fifo NAME
#include <stdio.h>

int main(int argc, char **argv)
{
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
	if (!f) {
		perror("fifo NAME");
		return 1;
	}
	int c, lines = 0;
	while ((c = getc(f)) != EOF)
		lines += c == '\n';
	printf("%d lines\n", lines);
	return 0;
}
