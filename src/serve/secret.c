/*
 * Secrets: passwords (argon2id) and tokens (random, stored as a hash). libsodium does the work.
 */
#include "serve.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define PASSWORD_MIN 8
#define PASSWORD_MAX 1000
#define TOKEN_BYTES  32

_Static_assert(SAM_SERVE_HASH >= crypto_pwhash_STRBYTES, "a hash does not fit");

enum sam_code sam_serve_password(struct sam_span password, uint32_t passes, size_t bytes, char out[SAM_SERVE_HASH], struct sam_err *err)
{
    char text[crypto_pwhash_STRBYTES];
    if (password.len < PASSWORD_MIN || password.len > PASSWORD_MAX)
        return sam_fail(err, SAM_BAD_INPUT, "a password has %d to %d bytes, this one has %zu", PASSWORD_MIN, PASSWORD_MAX, password.len);
    if (sodium_init() < 0)
        return sam_fail(err, SAM_SYSTEM, "libsodium did not start: no source of randomness");
    if (crypto_pwhash_str_alg(text, password.at, password.len, passes, bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return sam_fail(err, SAM_NO_MEMORY, "no memory (%zu bytes) to hash a password", bytes);
    memcpy(out, text, sizeof text);
    return SAM_OK;
}

bool secret_matches(const char *stored, struct sam_span password)
{
    return crypto_pwhash_str_verify(stored, password.at, password.len) == 0;
}

/* A token holds 256 random bits: a fast hash without salt is enough. */
void secret_hash(struct sam_span token, uint8_t hash[HASH_BYTES])
{
    crypto_generichash(hash, HASH_BYTES, (const unsigned char *)token.at, token.len, NULL, 0);
}

enum sam_code sam_serve_token(char out[SAM_SERVE_TOKEN], uint8_t hash[32], struct sam_err *err)
{
    unsigned char random[TOKEN_BYTES];
    char text[SAM_SERVE_TOKEN];
    if (sodium_init() < 0)
        return sam_fail(err, SAM_SYSTEM, "libsodium did not start: no source of randomness");
    randombytes_buf(random, sizeof random);
    memcpy(text, "sam_", 4);
    sodium_bin2base64(text + 4, sizeof text - 4, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    memcpy(out, text, sizeof text);
    secret_hash(sam_span_of(out), hash);
    return SAM_OK;
}
