// holder takes a mutex of weir's by what is written of its word, and holds it
// until its input ends:
//
//	holder SHM-NAME OFFSET [thread]
//
// With "thread", another thread than the first holds it, and the first has ended.
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <linux/futex.h>
#include <unistd.h>

static uint64_t *word;

// Field 22 of /proc/self/stat.
static uint64_t start_time(void) {
	char text[4096];
	FILE *f = fopen("/proc/self/stat", "r");
	size_t n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = 0;
	char *at = strrchr(text, ')') + 2;
	for (int field = 3; field < 22; field++)
		at = strchr(at, ' ') + 1;
	return strtoull(at, 0, 10);
}

static void *hold(void *leader) {
	uint64_t mine = (uint64_t)getpid() | start_time() << 24, nobody = 0;
	while (!__atomic_compare_exchange_n(word, &nobody, mine, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		nobody = 0;
	if (leader)
		pthread_join(*(pthread_t *)leader, 0);
	puts("held");
	fflush(stdout);
	while (getchar() != EOF)
		;
	if (__atomic_exchange_n(word, 0, __ATOMIC_SEQ_CST) & 1 << 22)
		syscall(SYS_futex, word, FUTEX_WAKE, 1, 0, 0, 0);
	exit(0);
}

int main(int argc, char **argv) {
	int fd = shm_open(argv[1], O_RDWR, 0);
	struct stat st;
	if (fd < 0 || fstat(fd, &st)) {
		perror(argv[1]);
		return 1;
	}
	char *memory = mmap(0, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	word = (uint64_t *)(memory + atoi(argv[2]));
	if (argc < 4)
		hold(0);
	static pthread_t leader, other;
	leader = pthread_self();
	pthread_create(&other, 0, hold, &leader);
	pthread_exit(0);
}
