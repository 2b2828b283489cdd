#include "textflag.h"

// func cloneCalls(args *cloneArgs, size uintptr, calls *call, fault *fault) uintptr
//
// clone3(2) with the memory shared. The child makes the calls one after the
// other; the last one is execve(2), which returns only when it fails. The
// child's stack pointer is this thread's, which goes on, so the child must not
// touch the stack: all it needs is in registers, which the kernel preserves but
// for AX, CX and R11, and its signals are blocked.
TEXT ·cloneCalls(SB), NOSPLIT|NOFRAME, $0-40
	MOVQ	args+0(FP), DI
	MOVQ	size+8(FP), SI
	MOVQ	calls+16(FP), R12
	MOVQ	fault+24(FP), R13
	MOVL	$435, AX // clone3
	SYSCALL
	TESTQ	AX, AX
	JEQ	child
	MOVQ	AX, ret+32(FP)
	RET

child:
	MOVQ	0(R12), AX
	MOVQ	8(R12), DI
	MOVQ	16(R12), SI
	MOVQ	24(R12), DX
	MOVQ	32(R12), R10
	XORL	R8, R8
	XORL	R9, R9
	SYSCALL
	CMPQ	AX, $0xfffffffffffff001
	JCC	failed
	ADDQ	$40, R12
	JMP	child

failed:
	NEGQ	AX
	MOVQ	AX, 0(R13)
	MOVQ	R12, 8(R13)

exit:
	MOVL	$127, DI
	MOVL	$60, AX // exit
	SYSCALL
	JMP	exit
