/*
 * Hashes: BLAKE2b names content, SipHash keeps maps fair. Neither is for passwords or secrets.
 */
#include "hash.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

/* Written once before its first reading; a key, not a state. */
static unsigned char process_key[crypto_shorthash_KEYBYTES];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init(void)
{
    SAM_MUST(sodium_init() >= 0);
    crypto_shorthash_keygen(process_key);
}

uint64_t sam_hash_name(struct sam_span name)
{
    unsigned char out[crypto_shorthash_BYTES];
    uint64_t hash;
    SAM_MUST(pthread_once(&once, init) == 0);
    (void)crypto_shorthash(out, (const unsigned char *)(name.at ? name.at : ""), name.len, process_key);
    memcpy(&hash, out, sizeof hash);
    return hash;
}

void sam_hash128(const struct sam_span *parts, size_t n, uint8_t out[16])
{
    crypto_generichash_state state;
    SAM_MUST(pthread_once(&once, init) == 0);
    (void)crypto_generichash_init(&state, NULL, 0, 16);
    for (size_t i = 0; i < n; i++) {
        if (n > 1) { /* so that {"ab", "c"} and {"a", "bc"} differ */
            unsigned char len[8];
            for (size_t byte = 0; byte < sizeof len; byte++)
                len[byte] = (unsigned char)((uint64_t)parts[i].len >> (8 * byte));
            (void)crypto_generichash_update(&state, len, sizeof len);
        }
        if (parts[i].len > 0)
            (void)crypto_generichash_update(&state, (const unsigned char *)parts[i].at, parts[i].len);
    }
    (void)crypto_generichash_final(&state, out, 16);
}
