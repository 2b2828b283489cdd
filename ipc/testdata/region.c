// region: the other end of a region, by shm_open(3) alone.
//   region make NAME SIZE   makes it, writes, waits for a line and shows what came
//   region join NAME        joins it, shows what is there, and answers
//   region size NAME SIZE   makes it of a size without memory, ftruncate(2), or changes its size
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(const char *what) { perror(what); exit(1); }

static char *map(int fd, size_t *size) {
	struct stat st;
	if (fstat(fd, &st) < 0) fail("fstat");
	*size = st.st_size;
	char *p = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED) fail("mmap");
	return p;
}

int main(int argc, char **argv) {
	size_t size;
	char line[64];
	if (argc < 3) return 2;
	if (!strcmp(argv[1], "make")) {
		int fd = shm_open(argv[2], O_RDWR | O_CREAT | O_EXCL, 0600);
		if (fd < 0) fail("shm_open");
		if (ftruncate(fd, atol(argv[3])) < 0) fail("ftruncate");
		char *p = map(fd, &size);
		strcpy(p, "from C");
		puts("ready"), fflush(stdout);
		if (!fgets(line, sizeof line, stdin)) fail("fgets");
		printf("%zu %s\n", size, p + 64);
		shm_unlink(argv[2]);
	} else if (!strcmp(argv[1], "join")) {
		int fd = shm_open(argv[2], O_RDWR, 0);
		if (fd < 0) fail("shm_open");
		struct stat st;
		fstat(fd, &st);
		char *p = map(fd, &size);
		printf("%zu %o %s\n", size, st.st_mode & 07777, p);
		strcpy(p + 64, "C answers");
	} else {
		int fd = shm_open(argv[2], O_RDWR | O_CREAT, 0600);
		if (fd < 0) fail("shm_open");
		if (ftruncate(fd, atol(argv[3])) < 0) fail("ftruncate");
	}
	return 0;
}
