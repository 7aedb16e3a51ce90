/*
 * Private to text: the constant hashes of tokens that are no words.
 */
#ifndef SAMTALE_TEXT_TOKEN_H
#define SAMTALE_TEXT_TOKEN_H

#include "samtale/text.h"

#define TOKEN_HASH_NUMBER UINT64_C(0x11)
#define TOKEN_HASH_MASK   UINT64_C(0x13)
#define TOKEN_HASH_ASKED  UINT64_C(0x17)

/* The hash of one word as a token would have it; *kind (may be NULL) as well. 0 when there is not exactly one word in it. */
uint64_t token_hash(struct sam_span word, enum sam_token_kind *kind);

/* Room for n tokens in all; more are made room for as they come. */
enum sam_code tokens_reserve(struct sam_words *words, size_t n, struct sam_arena *arena, struct sam_err *err) SAM_MUST_USE;

/* Appends tokens of text as far as the room goes; never grows. */
void tokens_fill(struct sam_words *words, struct sam_span text);

#endif
