#ifndef CLINUX_H
#define CLINUX_H

#include <stdint.h>
#include <sys/types.h>

/// How `clinux_spawn` starts a program. Descriptors are -1 for /dev/null; every other descriptor from 3 on is closed.
struct clinux_spawn_options {
    const char *program;
    char *const *arguments;
    char *const *environment;
    const char *directory; // NULL: the parent's
    int input;
    int output;
    int error;
    int new_session;
};

/// Starts a program. Returns 0 and its process id, or the errno of whatever failed, the exec included.
int clinux_spawn(const struct clinux_spawn_options *options, pid_t *process);

/// A descriptor that becomes readable when the process ends; -1 and errno on failure.
int clinux_pidfd_open(pid_t process);

/// A pipe whose ends are closed on exec; 0 or errno.
int clinux_pipe(int ends[2]);

/// From now on these signals, when the process gets them, are bytes to be read from the descriptor returned, which never blocks; -1 and
/// errno on failure. All callers share the descriptor. Not for several threads at a time.
int clinux_catch_signals(const int *signals, int count);

/// The thread's network namespace becomes that of the open file `descriptor` (setns with CLONE_NEWNET); 0 or errno.
int clinux_enter_network_namespace(int descriptor);

/// Gives the calling thread a network namespace of its own; 0 or errno.
int clinux_unshare_network(void);

/// mount(2); 0 or errno.
int clinux_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data);

/// umount2(2); 0 or errno.
int clinux_unmount(const char *target, int flags);

/// Names the calling thread (at most 15 bytes are kept).
void clinux_name_thread(const char *name);

#endif
