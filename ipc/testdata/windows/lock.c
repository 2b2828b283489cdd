// The other end of a semaphore or a mutex, which knows nothing of weir.
//
//	lock make|join semaphore|mutex NAME    prints ready, and does what its input says:
//	wait MS     WaitForSingleObject: prints done, timeout or abandoned
//	release     ReleaseSemaphore or ReleaseMutex
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(const char *what)
{
	if (what)
		printf("%s\n", what);
	else
		printf("error %lu\n", GetLastError());
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char name[MAX_PATH], line[64];
	HANDLE lock;
	if (argc < 4)
		return 2;
	int makes = !strcmp(argv[1], "make"), mutex = !strcmp(argv[2], "mutex");
	snprintf(name, sizeof name, "Local\\%s", argv[3]);
	if (mutex)
		lock = makes ? CreateMutexA(NULL, FALSE, name) : OpenMutexA(MUTEX_ALL_ACCESS, FALSE, name);
	else
		lock = makes ? CreateSemaphoreA(NULL, 1, 2, name) : OpenSemaphoreA(SEMAPHORE_ALL_ACCESS, FALSE, name);
	say(lock && (!makes || GetLastError() != ERROR_ALREADY_EXISTS) ? "ready" : NULL);
	while (fgets(line, sizeof line, stdin)) {
		if (!strncmp(line, "wait ", 5)) {
			switch (WaitForSingleObject(lock, (DWORD)atoi(line + 5))) {
			case WAIT_OBJECT_0:
				say("done");
				break;
			case WAIT_ABANDONED:
				say("abandoned");
				break;
			case WAIT_TIMEOUT:
				say("timeout");
				break;
			default:
				say(NULL);
			}
		} else if (!strncmp(line, "release", 7)) {
			say((mutex ? ReleaseMutex(lock) : ReleaseSemaphore(lock, 1, NULL)) ? "done" : NULL);
		}
	}
	return 0; // a mutex that it holds is abandoned
}
