//go:build ignore

// The other end of shm.lua: joins the region by its name and writes into it.
//
//	weir examples shm.c >shm.c && gcc -o shm shm.c
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>

struct shared {
	int count;
	char text[32];
	sem_t changed;
};

int main(void)
{
	int fd = shm_open("/weir-example", O_RDWR, 0);
	if (fd < 0) {
		perror("shm_open: is shm.lua waiting?");
		return 1;
	}
	struct shared *m = mmap(0, sizeof *m, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	snprintf(m->text, sizeof m->text, "hello from C");
	m->count++;
	return sem_post(&m->changed);
}
