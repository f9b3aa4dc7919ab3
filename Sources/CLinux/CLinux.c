#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

// jemalloc reads this: few arenas for few processors, and a thread that gives back what an idle server no longer uses.
const char *malloc_conf = "narenas:4,background_thread:true,max_background_threads:1";

static int place(posix_spawn_file_actions_t *actions, int descriptor, int target, int flags) {
    if (descriptor < 0) return posix_spawn_file_actions_addopen(actions, target, "/dev/null", flags, 0);
    return posix_spawn_file_actions_adddup2(actions, descriptor, target);
}

int clinux_spawn(const struct clinux_spawn_options *options, pid_t *process) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int failure;

    if ((failure = posix_spawn_file_actions_init(&actions)) != 0) return failure;
    if ((failure = posix_spawnattr_init(&attributes)) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return failure;
    }
    sigemptyset(&none);
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (options->new_session) flags |= POSIX_SPAWN_SETSID;
    if ((failure = posix_spawnattr_setflags(&attributes, flags)) == 0
        && (failure = posix_spawnattr_setsigmask(&attributes, &none)) == 0
        && (failure = posix_spawnattr_setsigdefault(&attributes, &all)) == 0
        && (failure = place(&actions, options->input, 0, O_RDONLY)) == 0
        && (failure = place(&actions, options->output, 1, O_WRONLY)) == 0
        && (failure = place(&actions, options->error, 2, O_WRONLY)) == 0
        && (failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3)) == 0
        && (options->directory == NULL
            || (failure = posix_spawn_file_actions_addchdir_np(&actions, options->directory)) == 0)) {
        failure = posix_spawnp(
            process, options->program, &actions, &attributes, options->arguments, options->environment);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

int clinux_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

static int signal_ends[2] = {-1, -1};

static void note_signal(int signal) {
    int saved = errno;
    unsigned char byte = (unsigned char)signal;
    // A full pipe holds thousands of signals that nobody has read: one more would say nothing new.
    ssize_t written = write(signal_ends[1], &byte, 1);
    (void)written;
    errno = saved;
}

int clinux_catch_signals(const int *signals, int count) {
    struct sigaction action;
    if (signal_ends[0] < 0 && pipe2(signal_ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESTART;
    for (int i = 0; i < count; i++) {
        if (sigaction(signals[i], &action, NULL) != 0) return -1;
    }
    return signal_ends[0];
}

int clinux_enter_network_namespace(int descriptor) { return setns(descriptor, CLONE_NEWNET) == 0 ? 0 : errno; }

int clinux_unshare_network(void) { return unshare(CLONE_NEWNET) == 0 ? 0 : errno; }

int clinux_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
    return mount(source, target, type, flags, data) == 0 ? 0 : errno;
}

int clinux_unmount(const char *target, int flags) { return umount2(target, flags) == 0 ? 0 : errno; }

void clinux_name_thread(const char *name) {
    char short_name[16];
    strncpy(short_name, name, sizeof short_name - 1);
    short_name[sizeof short_name - 1] = 0;
    pthread_setname_np(pthread_self(), short_name);
}
