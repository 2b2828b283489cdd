// pump.c - the ends of a pipeline that is to be measured.
//   pump gen BYTES   writes zeros, 64 KiB at a time
//   pump sink        reads to the end, 64 KiB at a time
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char block[64 << 10];

int main(int argc, char **argv) {
	if (argc > 2 && strcmp(argv[1], "gen") == 0) {
		for (unsigned long long left = strtoull(argv[2], 0, 10); left > 0;) {
			ssize_t n = write(1, block, left < sizeof block ? left : sizeof block);
			if (n <= 0) return 1;
			left -= n;
		}
		return 0;
	}
	ssize_t n;
	while ((n = read(0, block, sizeof block)) > 0)
		;
	return n < 0;
}
