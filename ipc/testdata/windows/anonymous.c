// A parent and a child over anonymous pipes, which know nothing of weir.
//
//	anonymous child              answers its input in capitals, to its end
//	anonymous parent PROGRAM     starts a program with pipes as its input and output,
//	                             sends it a line, and prints what it answers
#include <windows.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static int fail(const char *what)
{
	fprintf(stderr, "%s: error %lu\n", what, GetLastError());
	return 1;
}

static int child(void)
{
	HANDLE in = GetStdHandle(STD_INPUT_HANDLE), out = GetStdHandle(STD_OUTPUT_HANDLE);
	char text[1024];
	DWORD n, written;
	while (ReadFile(in, text, sizeof text, &n, NULL) && n > 0) {
		for (DWORD i = 0; i < n; i++)
			text[i] = (char)toupper((unsigned char)text[i]);
		if (!WriteFile(out, text, n, &written, NULL))
			return fail("WriteFile");
	}
	return GetLastError() == ERROR_BROKEN_PIPE ? 0 : fail("ReadFile");
}

static int parent(char *program)
{
	SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
	HANDLE in_read, in_write, out_read, out_write;
	if (!CreatePipe(&in_read, &in_write, &inherit, 0) || !CreatePipe(&out_read, &out_write, &inherit, 0))
		return fail("CreatePipe");
	SetHandleInformation(in_write, HANDLE_FLAG_INHERIT, 0);
	SetHandleInformation(out_read, HANDLE_FLAG_INHERIT, 0);
	STARTUPINFOA start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES,
		.hStdInput = in_read, .hStdOutput = out_write, .hStdError = GetStdHandle(STD_ERROR_HANDLE)};
	PROCESS_INFORMATION process;
	if (!CreateProcessA(NULL, program, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process))
		return fail("CreateProcess");
	CloseHandle(in_read);
	CloseHandle(out_write);
	DWORD n, status;
	if (!WriteFile(in_write, "hello, child\n", 13, &n, NULL))
		return fail("WriteFile");
	CloseHandle(in_write);
	char text[1024];
	while (ReadFile(out_read, text, sizeof text, &n, NULL) && n > 0)
		printf("%.*s", (int)n, text);
	WaitForSingleObject(process.hProcess, INFINITE);
	GetExitCodeProcess(process.hProcess, &status);
	return (int)status;
}

int main(int argc, char **argv)
{
	return argc > 2 && !strcmp(argv[1], "parent") ? parent(argv[2]) : child();
}
