// The other end of a mailslot, which knows nothing of weir.
//
//	mailslot server NAME            prints what comes, a message a line, until one is empty
//	mailslot client NAME TEXT...    sends each text, and an empty message
#include <windows.h>
#include <stdio.h>
#include <string.h>

static int fail(const char *what)
{
	fprintf(stderr, "%s: error %lu\n", what, GetLastError());
	return 1;
}

static int server(const char *path)
{
	HANDLE slot = CreateMailslotA(path, 0, MAILSLOT_WAIT_FOREVER, NULL);
	if (slot == INVALID_HANDLE_VALUE)
		return fail("CreateMailslot");
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		char text[1024];
		DWORD n;
		if (!ReadFile(slot, text, sizeof text, &n, NULL))
			return fail("ReadFile");
		if (n == 0)
			return 0;
		printf("%.*s\n", (int)n, text);
		fflush(stdout);
	}
}

static int client(const char *path, char **texts)
{
	HANDLE slot = CreateFileA(path, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
	if (slot == INVALID_HANDLE_VALUE)
		return fail("CreateFile");
	DWORD n;
	for (; *texts; texts++)
		if (!WriteFile(slot, *texts, (DWORD)strlen(*texts), &n, NULL))
			return fail("WriteFile");
	return WriteFile(slot, "", 0, &n, NULL) ? 0 : fail("WriteFile");
}

int main(int argc, char **argv)
{
	char path[MAX_PATH];
	if (argc < 3)
		return 2;
	snprintf(path, sizeof path, "\\\\.\\mailslot\\%s", argv[2]);
	return strcmp(argv[1], "server") ? client(path, argv + 3) : server(path);
}
