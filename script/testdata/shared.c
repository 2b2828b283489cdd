// shared: the other end of a region with a layout.
//   shared make NAME    makes it, waits for a line and shows what is there
//   shared join NAME N  joins it and counts to N, with the semaphore and atomically
#include <fcntl.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct shared {
#include "shared.h"
};

static void show(struct shared *m) {
	printf("%d %llu %s %g %g %d %d %d %d%d%d\n", m->counter, (unsigned long long)m->atomically, m->name, m->x, m->f, m->bytes[2], m->part[1].y,
		m->part[2].who[3], m->flag, m->in, m->deep[1][2]);
}

int main(int argc, char **argv) {
	if (argc < 3) return 2;
	int make = !strcmp(argv[1], "make");
	int fd = shm_open(argv[2], make ? O_RDWR | O_CREAT | O_EXCL : O_RDWR, 0600);
	if (fd < 0 || (make && ftruncate(fd, sizeof(struct shared)) < 0)) return perror(argv[2]), 1;
	struct shared *m = mmap(NULL, sizeof *m, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m == MAP_FAILED) return perror("mmap"), 1;
	if (make) {
		char line[16];
		sem_init(&m->free, 1, 3);
		m->counter = -7, m->atomically = 1ull << 60, strcpy(m->name, "from C"), m->x = 0.1, m->f = 0.5f, m->bytes[2] = 200;
		m->part[1].y = -30000, m->part[2].who[3] = 'z', m->flag = 1, m->in = 5, m->deep[1][2] = 9;
		puts("ready"), fflush(stdout);
		if (!fgets(line, sizeof line, stdin)) return 1;
		show(m);
		shm_unlink(argv[2]);
		return 0;
	}
	show(m);
	for (long n = atol(argv[3]); n > 0; n--) {
		sem_wait(&m->free);
		m->counter++;
		sem_post(&m->free);
		__atomic_fetch_add(&m->atomically, 1, __ATOMIC_SEQ_CST);
		__atomic_fetch_add(&m->bytes[1], 1, __ATOMIC_SEQ_CST);
	}
	return 0;
}
