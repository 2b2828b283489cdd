// The other end of a named pipe in byte mode, which knows nothing of weir.
//
//	pipe server NAME N       answers N clients in capitals, a thread for each
//	pipe client NAME TEXT    sends a text, and prints the answer
#include <windows.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const char *what)
{
	fprintf(stderr, "%s: error %lu\n", what, GetLastError());
	return 1;
}

static DWORD WINAPI answer(void *arg)
{
	HANDLE pipe = arg;
	char text[1024];
	DWORD n, written;
	while (ReadFile(pipe, text, sizeof text, &n, NULL) && n > 0) {
		for (DWORD i = 0; i < n; i++)
			text[i] = (char)toupper((unsigned char)text[i]);
		if (!WriteFile(pipe, text, n, &written, NULL))
			break;
	}
	FlushFileBuffers(pipe);
	DisconnectNamedPipe(pipe);
	CloseHandle(pipe);
	return 0;
}

static int server(const char *path, int clients)
{
	HANDLE threads[MAXIMUM_WAIT_OBJECTS];
	for (int i = 0; i < clients; i++) {
		HANDLE pipe = CreateNamedPipeA(path, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT,
			PIPE_UNLIMITED_INSTANCES, 4096, 4096, 0, NULL);
		if (pipe == INVALID_HANDLE_VALUE)
			return fail("CreateNamedPipe");
		if (i == 0) {
			printf("ready\n");
			fflush(stdout);
		}
		if (!ConnectNamedPipe(pipe, NULL) && GetLastError() != ERROR_PIPE_CONNECTED)
			return fail("ConnectNamedPipe");
		threads[i] = CreateThread(NULL, 0, answer, pipe, 0, NULL);
	}
	WaitForMultipleObjects((DWORD)clients, threads, TRUE, INFINITE);
	return 0;
}

static int client(const char *path, const char *text)
{
	char reply[1024];
	DWORD n;
	HANDLE pipe;
	while ((pipe = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL)) == INVALID_HANDLE_VALUE)
		if (GetLastError() != ERROR_PIPE_BUSY || !WaitNamedPipeA(path, 20000))
			return fail("CreateFile");
	if (!WriteFile(pipe, text, (DWORD)strlen(text), &n, NULL))
		return fail("WriteFile");
	if (!ReadFile(pipe, reply, sizeof reply, &n, NULL))
		return fail("ReadFile");
	printf("%.*s\n", (int)n, reply);
	return 0;
}

int main(int argc, char **argv)
{
	char path[MAX_PATH];
	if (argc < 4)
		return 2;
	snprintf(path, sizeof path, "\\\\.\\pipe\\%s", argv[2]);
	return strcmp(argv[1], "server") ? client(path, argv[3]) : server(path, atoi(argv[3]));
}
