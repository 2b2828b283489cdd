// semaphore is a program that uses a POSIX semaphore, and never heard of weir:
//
//	semaphore create NAME VALUE      sem_open(3) with O_CREAT|O_EXCL
//	semaphore open NAME
//	semaphore init SHM-NAME OFFSET VALUE   sem_init(3) in shared memory
//	semaphore at SHM-NAME OFFSET
//
// It says "ready", then obeys lines: post, wait, try, timed (for 20 ms), value,
// bytes (what its memory holds), and count OFFSET N: N times, between wait and
// post, adds one to the long at OFFSET of the shared memory.
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

static char *memory;

static void *map(const char *name) {
	int fd = shm_open(name, O_RDWR, 0);
	struct stat st;
	if (fd < 0 || fstat(fd, &st))
		return 0;
	return memory = mmap(0, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

static sem_t *get(int argc, char **argv) {
	sem_t *s;
	if (!strcmp(argv[1], "create"))
		return sem_open(argv[2], O_CREAT | O_EXCL, 0600, atoi(argv[3]));
	if (!strcmp(argv[1], "open"))
		return sem_open(argv[2], 0);
	if (!map(argv[2]))
		return SEM_FAILED;
	s = (sem_t *)(memory + atoi(argv[3]));
	if (!strcmp(argv[1], "init") && sem_init(s, 1, atoi(argv[4])))
		return SEM_FAILED;
	return s;
}

static void say(int failed) {
	puts(failed ? strerror(errno) : "done");
	fflush(stdout);
}

static int timed(sem_t *s) {
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += 20000000;
	if (t.tv_nsec >= 1000000000)
		t.tv_sec++, t.tv_nsec -= 1000000000;
	return sem_timedwait(s, &t);
}

static void count(sem_t *s, const char *line) {
	int offset, n;
	sscanf(line, "count %d %d", &offset, &n);
	volatile long *counter = (long *)(memory + offset);
	while (n-- > 0) {
		sem_wait(s);
		++*counter;
		sem_post(s);
	}
}

int main(int argc, char **argv) {
	sem_t *s = get(argc, argv);
	char line[100];
	int value;
	if (s == SEM_FAILED) {
		say(1);
		return 0;
	}
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		if (!strcmp(line, "post\n"))
			say(sem_post(s));
		else if (!strcmp(line, "wait\n"))
			say(sem_wait(s));
		else if (!strcmp(line, "try\n"))
			say(sem_trywait(s));
		else if (!strcmp(line, "timed\n"))
			say(timed(s));
		else if (!strncmp(line, "count ", 6)) {
			count(s, line);
			say(0);
		} else if (!strcmp(line, "value\n")) {
			sem_getvalue(s, &value);
			printf("%d\n", value);
			fflush(stdout);
		} else if (!strcmp(line, "bytes\n")) {
			for (size_t i = 0; i < sizeof *s; i++)
				printf("%02x", ((unsigned char *)s)[i]);
			puts("");
			fflush(stdout);
		}
	}
	return 0;
}
