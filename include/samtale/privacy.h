/**
 * @file
 * Privacy: takes identifiers out of a part before anything stores or scores it. Identity, card, telephone and account numbers, e-mail and
 * street addresses are masked in every text, written as digits or as words; the customer becomes a keyed hash; customers' names go.
 * A masked code point becomes '#', blanks stay: the number of code points never changes. A token of '#' means nothing to scoring.
 * A check digit is never a reason not to mask. Pure: the key comes from outside; nothing here is logged.
 */
#ifndef SAMTALE_PRIVACY_H
#define SAMTALE_PRIVACY_H

#include "samtale/model.h"

/** Bytes of the site's secret key. */
#define SAM_MASK_KEY_BYTES 32

/* Slots of the tables of words. */
#define SAM_MASK_SLOTS  4096
#define SAM_MASK_SIEVE  8192
#define SAM_MASK_BUCKET 4
/** Most different meanings of a word to the first look. */
#define SAM_MASK_MEANINGS 255

/** Private: what a word says of its turn at first sight; bits and lanes by language, src/privacy/scan.h. */
struct sam_mask_meaning {
    uint64_t digits, keep, marks;
    uint32_t stays, adds; /* bytes: number at the end, any number, flags */
};
/** What masking needs to know; plain, may be copied, thread-safe while const. */
struct sam_mask {
    uint64_t hmac[26];                                       /* private: the HMAC of customers with its key taken in */
    uint8_t party_key[16];                                   /* private: of the ids of people who are no customers */
    uint32_t slots[SAM_MASK_SLOTS];                          /* private: where each word of the lexicon is found */
    uint32_t sieve[SAM_MASK_SIEVE];                          /* private: the meaning of words to the first look, by their first bytes */
    uint64_t sieve_factor;                                   /* private: of the hash that spreads them so that no bucket is too small */
    struct sam_mask_meaning meanings[SAM_MASK_MEANINGS + 1]; /* private; the first one is none */
    uint32_t meanings_n;                                     /* private */
    uint32_t endings[32];                                    /* private: a bit for how a street's name may end */
    uint8_t classes[256];                                    /* private: of bytes */
};
/** Takes some milliseconds: it lays out the tables. @return a mask with that key (SAM_MASK_KEY_BYTES bytes, not kept) */
struct sam_mask sam_mask_of(const uint8_t key[SAM_MASK_KEY_BYTES]);

/**
 * Masks a part in place: every turn's text (numbers spoken across neighbouring turns too), names and ids of parties that are no staff. Sets
 * record->customer_key (64 hex digits) and takes customer_id, _phone, _email and _country
 * away; transcript->masked lists what was found. Mask once: the keys of
 * people stay when it is done again, but what is left beside a masked place may then look like a number of its own.
 *
 * @param part  changed only on SAM_OK; new texts lie in the arena
 * @return SAM_OK or SAM_NO_MEMORY
 */
enum sam_code sam_mask_part(const struct sam_mask *mask, struct sam_part *part, struct sam_arena *arena, struct sam_err *err) SAM_MUST_USE;

/** One text, masked. */
struct sam_mask_result {
    struct sam_span text;            /* as many code points as before; borrowed from the input when nothing was found */
    const struct sam_masked *masked; /* i = 0 */
    size_t masked_n;
};
/**
 * Masks one text by itself.
 *
 * @param language  of the text, for number words; SAM_LANGUAGE_UNKNOWN guesses from the words
 * @return SAM_OK or SAM_NO_MEMORY
 */
enum sam_code sam_mask_text(const struct sam_mask *mask, struct sam_span text, enum sam_language language, struct sam_arena *arena,
                            struct sam_mask_result *out, struct sam_err *err) SAM_MUST_USE;

/**
 * The telephone number as E.164, "+4512345678": spaces, dots, hyphens and brackets taken away, 00 and + read as international, else the
 * country's code put before it (a trunk 0 dropped where the country has one).
 *
 * @param country  ISO 3166-1 alpha-2, any case; absent or unknown: only international forms are read
 * @return SAM_OK; SAM_NONE when it is no telephone number by these rules; SAM_NO_MEMORY
 */
enum sam_code sam_phone_e164(struct sam_arena *arena, struct sam_span phone, struct sam_span country, struct sam_span *out,
                             struct sam_err *err) SAM_MUST_USE;

/**
 * The key of a customer: hex of HMAC-SHA-256 over "tel:" E.164, else "mail:" the folded address, else "id:" source and id. An id counts
 * within its source; a telephone number or address is one customer in all sources.
 *
 * @param record  customer_phone, _email, _id and _country are read
 * @return SAM_OK; SAM_NONE when there is nothing to make a key of; SAM_NO_MEMORY
 */
enum sam_code sam_customer_key(const struct sam_mask *mask, struct sam_span source, const struct sam_record *record,
                               struct sam_arena *arena, struct sam_span *out, struct sam_err *err) SAM_MUST_USE;

#endif
