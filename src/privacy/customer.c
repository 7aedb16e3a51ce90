/*
 * The customer as a key: HMAC-SHA-256 with the site's key over one of three forms, so that the same person has the same key in every
 * message and nobody without the key can try numbers out.
 */
#include "customer.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_auth_hmacsha256_state) <= sizeof(((struct sam_mask *)0)->hmac), "the begun HMAC has room");

/* Taking the key in is half the work of a short HMAC: it is done once. */
void mask_key(struct sam_mask *mask, const uint8_t key[SAM_MASK_KEY_BYTES])
{
    crypto_auth_hmacsha256_state state;
    (void)crypto_auth_hmacsha256_init(&state, key, SAM_MASK_KEY_BYTES);
    memcpy(mask->hmac, &state, sizeof(state));
    unsigned char tag[crypto_auth_hmacsha256_BYTES];
    (void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)"party", 5);
    (void)crypto_auth_hmacsha256_final(&state, tag);
    memcpy(mask->party_key, tag, sizeof(mask->party_key));
}

/** HMAC-SHA-256 over prefix, a, NUL, b as hex. */
static enum sam_code keyed(const struct sam_mask *mask, const char *prefix, struct sam_span a, struct sam_span b, struct sam_arena *arena,
                           struct sam_span *out, struct sam_err *err)
{
    static const unsigned char nul = 0;
    crypto_auth_hmacsha256_state state;
    unsigned char tag[crypto_auth_hmacsha256_BYTES];
    char *hex = sam_arena_alloc(arena, 2 * sizeof(tag) + 1);
    if (!hex)
        return sam_arena_full(arena, err);
    memcpy(&state, mask->hmac, sizeof(state));
    (void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)prefix, strlen(prefix));
    (void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)(a.at ? a.at : ""), a.len);
    (void)crypto_auth_hmacsha256_update(&state, &nul, 1);
    (void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)(b.at ? b.at : ""), b.len);
    (void)crypto_auth_hmacsha256_final(&state, tag);
    (void)sodium_bin2hex(hex, 2 * sizeof(tag) + 1, tag, sizeof(tag));
    *out = (struct sam_span){hex, 2 * sizeof(tag)};
    return SAM_OK;
}

/** An address without "mailto:" and without case (ASCII). */
static enum sam_code fold_email(struct sam_span email, struct sam_arena *arena, struct sam_span *out, struct sam_err *err)
{
    email = sam_span_trim(email);
    if (email.len > 7 && sam_span_is_nocase((struct sam_span){email.at, 7}, "mailto:"))
        email = (struct sam_span){email.at + 7, email.len - 7};
    char *text = sam_arena_alloc(arena, email.len + 1);
    if (!text)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < email.len; i++)
        text[i] = (char)(email.at[i] >= 'A' && email.at[i] <= 'Z' ? email.at[i] + 0x20 : email.at[i]);
    *out = (struct sam_span){text, email.len};
    return SAM_OK;
}

enum sam_code sam_customer_key(const struct sam_mask *mask, struct sam_span source, const struct sam_record *record,
                               struct sam_arena *arena, struct sam_span *out, struct sam_err *err)
{
    struct sam_span plain = SAM_NO_SPAN;
    enum sam_code code = SAM_NONE;
    if (record->customer_phone.len > 0)
        code = sam_phone_e164(arena, record->customer_phone, record->customer_country, &plain, err);
    if (code == SAM_OK)
        return keyed(mask, "tel:", plain, SAM_NO_SPAN, arena, out, err);
    if (code == SAM_NO_MEMORY)
        return code;
    if (record->customer_email.len > 0 && memchr(record->customer_email.at, '@', record->customer_email.len)) {
        code = fold_email(record->customer_email, arena, &plain, err);
        return code == SAM_OK ? keyed(mask, "mail:", plain, SAM_NO_SPAN, arena, out, err) : code;
    }
    if (record->customer_id.len > 0)
        return keyed(mask, "id:", source, record->customer_id, arena, out, err);
    if (record->customer_phone.len > 0) /* an extension, a number of an unknown country: still the same caller next time */
        return keyed(mask, "number:", source, record->customer_phone, arena, out, err);
    return SAM_NONE;
}

/* ---- parties ---------------------------------------------------------------------------------------------------------- */

static bool staff(enum sam_role role)
{
    return role == SAM_ROLE_AGENT || role == SAM_ROLE_SUPERVISOR || role == SAM_ROLE_BOT || role == SAM_ROLE_SYSTEM;
}

/** @return whether an id says nothing of a person: made by the reader ("speaker-2") or by masking ("p-" and 16 hex digits) */
static bool neutral(struct sam_span id)
{
    size_t from = sam_span_starts(id, "speaker-") ? 8 : sam_span_starts(id, "p-") ? 2 : 0;
    if (from == 0 || id.len == from || (from == 2 && id.len != 18))
        return false;
    for (size_t i = from; i < id.len; i++) {
        if (!strchr(from == 2 ? "0123456789abcdef" : "0123456789", id.at[i]))
            return false;
    }
    return true;
}

/** "p-" and 16 hex digits of SipHash-2-4, a keyed function as the HMAC is and a tenth of its cost: an id names nobody outside its source.
 */
static enum sam_code party_id(const struct sam_mask *mask, struct sam_span source, struct sam_span id, struct sam_arena *arena,
                              struct sam_span *out, struct sam_err *err)
{
    _Static_assert(sizeof(mask->party_key) == crypto_shorthash_siphash24_KEYBYTES, "a key of SipHash");
    unsigned char both[2 * crypto_shorthash_siphash24_BYTES], tag[crypto_shorthash_siphash24_BYTES];
    char *text = sam_arena_alloc(arena, 2 + 2 * sizeof(tag) + 1);
    if (!text)
        return sam_arena_full(arena, err);
    (void)crypto_shorthash_siphash24(both, (const unsigned char *)(source.at ? source.at : ""), source.len, mask->party_key);
    (void)crypto_shorthash_siphash24(both + sizeof(tag), (const unsigned char *)id.at, id.len, mask->party_key);
    (void)crypto_shorthash_siphash24(tag, both, sizeof(both), mask->party_key);
    memcpy(text, "p-", 2);
    (void)sodium_bin2hex(text + 2, 2 * sizeof(tag) + 1, tag, sizeof(tag));
    *out = (struct sam_span){text, 2 + 2 * sizeof(tag)};
    return SAM_OK;
}

enum sam_code mask_parties(const struct sam_mask *mask, struct sam_span source, struct sam_party **parties, size_t n,
                           struct sam_arena *arena, struct sam_err *err)
{
    if (n == 0)
        return SAM_OK;
    struct sam_party *copy = sam_arena_array(arena, n, sizeof(*copy));
    if (!copy)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < n; i++) {
        copy[i] = (*parties)[i];
        if (staff(copy[i].role))
            continue;
        copy[i].name = SAM_NO_SPAN;
        if (copy[i].id.len == 0 || neutral(copy[i].id))
            continue;
        enum sam_code code = party_id(mask, source, copy[i].id, arena, &copy[i].id, err);
        if (code != SAM_OK)
            return code;
    }
    *parties = copy;
    return SAM_OK;
}
