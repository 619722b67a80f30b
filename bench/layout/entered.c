/*
 * Runs a command and writes down which of its functions were entered, in the order of their first entry.
 *
 *     entered ADDRESSES ENTERED COMMAND [ARGUMENT...]
 *
 * ADDRESSES: a file with one hexadecimal address per line, of functions of COMMAND, which is linked at fixed addresses. ENTERED: the file
 * to write, in the same form. Every function gets a breakpoint, which is taken away when it is met for the first time. Programs that
 * COMMAND starts are not followed. The exit status is that of COMMAND. Linux on x86-64.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
    unsigned long address;
    unsigned char code;
    unsigned char entered;
} function;

static const unsigned char breakpoint = 0xCC;
static function *functions;
static size_t count;

static void fail(const char *what)
{
    fprintf(stderr, "entered: %s: %s\n", what, strerror(errno));
    exit(2);
}

static int by_address(const void *left, const void *right)
{
    unsigned long a = ((const function *)left)->address, b = ((const function *)right)->address;
    return a < b ? -1 : a > b;
}

static void read_addresses(const char *path)
{
    FILE *file = fopen(path, "r");
    unsigned long address;
    size_t room = 0;

    if (!file)
        fail(path);
    while (fscanf(file, "%lx", &address) == 1) {
        if (count == room && !(functions = realloc(functions, (room = room * 2 + 4096) * sizeof *functions)))
            fail("memory");
        functions[count++] = (function){ .address = address };
    }
    fclose(file);
    qsort(functions, count, sizeof *functions, by_address);
}

static void set_breakpoints(int memory)
{
    for (size_t i = 0; i < count; i++)
        if (pread(memory, &functions[i].code, 1, functions[i].address) != 1 || pwrite(memory, &breakpoint, 1, functions[i].address) != 1)
            fail("setting a breakpoint");
}

/* Whether the thread stands behind one of the breakpoints. It is taken away, and the thread goes on at the function's first byte. */
static int met(pid_t thread, int memory, FILE *entered)
{
    struct user_regs_struct registers;
    function key, *found;

    if (ptrace(PTRACE_GETREGS, thread, 0, &registers))
        return 0;
    key.address = registers.rip - 1;
    if (!(found = bsearch(&key, functions, count, sizeof *functions, by_address)))
        return 0;
    /* Two threads may meet the same one. */
    if (!found->entered) {
        if (pwrite(memory, &found->code, 1, found->address) != 1)
            fail("taking a breakpoint away");
        fprintf(entered, "%lx\n", found->address);
        found->entered = 1;
    }
    registers.rip = found->address;
    ptrace(PTRACE_SETREGS, thread, 0, &registers);
    return 1;
}

int main(int argc, char **argv)
{
    char path[64];
    int status, memory, result = 2;
    pid_t command, thread;
    FILE *entered;

    if (argc < 4) {
        fprintf(stderr, "usage: entered ADDRESSES ENTERED COMMAND [ARGUMENT...]\n");
        return 2;
    }
    read_addresses(argv[1]);
    if (!(entered = fopen(argv[2], "w")))
        fail(argv[2]);
    if (!(command = fork())) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        execvp(argv[3], argv + 3);
        fail(argv[3]);
    }
    if (waitpid(command, &status, 0) < 0 || !WIFSTOPPED(status))
        fail(argv[3]);
    ptrace(PTRACE_SETOPTIONS, command, 0, PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
    snprintf(path, sizeof path, "/proc/%d/mem", command);
    if ((memory = open(path, O_RDWR | O_CLOEXEC)) < 0)
        fail(path);
    set_breakpoints(memory);
    ptrace(PTRACE_CONT, command, 0, 0);
    while ((thread = waitpid(-1, &status, __WALL)) > 0) {
        int signal = WIFSTOPPED(status) ? WSTOPSIG(status) : 0;

        if (thread == command && !WIFSTOPPED(status)) {
            result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            break;
        }
        if (!WIFSTOPPED(status))
            continue;
        /* A new thread begins with a stop of its own. */
        if (status >> 16 || signal == SIGSTOP || (signal == SIGTRAP && met(thread, memory, entered)))
            signal = 0;
        ptrace(PTRACE_CONT, thread, 0, signal);
    }
    fclose(entered);
    return result;
}
