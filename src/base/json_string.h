/*
 * Private to base: one JSON string, checked, counted and unescaped.
 */
#ifndef SAMTALE_BASE_JSON_STRING_H
#define SAMTALE_BASE_JSON_STRING_H

#include "samtale/base.h"

/**
 * Reads the string whose opening quote stood just before *at.
 * @param at     moved behind the closing quote on SAM_OK, onto the fault otherwise
 * @param out    borrowed from the input when nothing had to be changed, else in the arena
 * @param fault  what is wrong, on SAM_BAD_INPUT
 * @return SAM_OK, SAM_BAD_INPUT or SAM_NO_MEMORY (err is not set)
 */
enum sam_code sam_json_string(struct sam_arena *arena, const char **at, const char *end, struct sam_span *out, struct sam_json_notes *notes,
                              const char **fault);

#endif
