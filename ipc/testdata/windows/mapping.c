// The other end of a file mapping with two events, which knows nothing of weir.
//
//	mapping make NAME    makes them, prints what comes, and answers
//	mapping join NAME    opens them, sends, and prints the answer
#include <windows.h>
#include <stdio.h>
#include <string.h>

struct shared {
	long number;
	char text[56];
};

static int fail(const char *what)
{
	fprintf(stderr, "%s: error %lu\n", what, GetLastError());
	return 1;
}

int main(int argc, char **argv)
{
	char name[MAX_PATH], ask[MAX_PATH], told[MAX_PATH];
	if (argc < 3)
		return 2;
	int makes = !strcmp(argv[1], "make");
	snprintf(name, sizeof name, "Local\\%s", argv[2]);
	snprintf(ask, sizeof ask, "Local\\%s-asked", argv[2]);
	snprintf(told, sizeof told, "Local\\%s-told", argv[2]);
	HANDLE mapping = makes ? CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof(struct shared), name)
			       : OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, name);
	HANDLE asked = makes ? CreateEventA(NULL, FALSE, FALSE, ask) : OpenEventA(EVENT_ALL_ACCESS, FALSE, ask);
	HANDLE answered = makes ? CreateEventA(NULL, TRUE, FALSE, told) : OpenEventA(EVENT_ALL_ACCESS, FALSE, told);
	if (!mapping || !asked || !answered)
		return fail("the mapping and its events");
	struct shared *s = MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, sizeof *s);
	if (!s)
		return fail("MapViewOfFile");
	if (makes) {
		printf("ready\n");
		fflush(stdout);
		if (WaitForSingleObject(asked, 60000) != WAIT_OBJECT_0)
			return fail("WaitForSingleObject");
		printf("%ld %s\n", s->number, s->text);
		s->number++;
		strcpy(s->text, "told by C");
		return SetEvent(answered) ? 0 : fail("SetEvent");
	}
	s->number = -5;
	strcpy(s->text, "asked by C");
	if (!SetEvent(asked) || WaitForSingleObject(answered, 60000) != WAIT_OBJECT_0)
		return fail("SetEvent and WaitForSingleObject");
	printf("%ld %s\n", s->number, s->text);
	return 0;
}
