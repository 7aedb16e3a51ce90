/*
 * Mask key: 32 random bytes in a file that only the daemon may read. Lost, customers of before and after are no longer the same; so it is
 * made once, durable before it is used, and never overwritten.
 */
#include "mask_key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096U

static enum sam_code refused(const char *what, const char *path, struct sam_err *err)
{
    return sam_fail(err, SAM_SYSTEM, "cannot %s the key %s: %s", what, path, strerror(errno));
}

static enum sam_code read_key(int fd, const char *path, uint8_t key[SAM_MASK_KEY_BYTES], struct sam_err *err)
{
    uint8_t bytes[SAM_MASK_KEY_BYTES + 1];
    struct stat about;
    if (fstat(fd, &about) != 0)
        return refused("look at", path, err);
    if ((about.st_mode & 077) != 0)
        return sam_fail(err, SAM_DENIED, "others may read the key %s: chmod 600 it", path);
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (n < 0)
        return refused("read", path, err);
    if (n != SAM_MASK_KEY_BYTES)
        return sam_fail(err, SAM_BAD_INPUT, "%s is no key: it must hold %d bytes", path, SAM_MASK_KEY_BYTES);
    memcpy(key, bytes, SAM_MASK_KEY_BYTES);
    return SAM_OK;
}

/* Written beside its place and linked there when it is durable; a link that another process made first wins. */
static enum sam_code make_key(const char *path, struct sam_err *err)
{
    char beside[PATH_BYTES];
    uint8_t key[SAM_MASK_KEY_BYTES];
    int len = snprintf(beside, sizeof beside, "%s.%d", path, (int)getpid());
    if (len < 0 || (size_t)len >= sizeof beside)
        return sam_fail(err, SAM_BAD_INPUT, "the path of the key is too long");
    (void)unlink(beside);
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return refused("make", path, err);
    randombytes_buf(key, sizeof key);
    bool written = write(fd, key, sizeof key) == (ssize_t)sizeof key && fsync(fd) == 0;
    sodium_memzero(key, sizeof key);
    enum sam_code code = written ? SAM_OK : refused("write", path, err);
    if (close(fd) != 0 && code == SAM_OK)
        code = refused("write", path, err);
    if (code == SAM_OK && link(beside, path) != 0 && errno != EEXIST)
        code = refused("make", path, err);
    (void)unlink(beside);
    return code;
}

enum sam_code app_mask_key(const char *path, uint8_t key[SAM_MASK_KEY_BYTES], struct sam_err *err)
{
    if (sodium_init() < 0)
        return sam_fail(err, SAM_SYSTEM, "no source of random numbers");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        enum sam_code code = make_key(path, err);
        if (code != SAM_OK)
            return code;
        fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (fd < 0)
        return refused("open", path, err);
    enum sam_code code = read_key(fd, path, key, err);
    (void)close(fd);
    return code;
}
