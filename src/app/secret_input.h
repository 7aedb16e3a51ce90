/*
 * Private to app: a secret typed by a person or piped by a program.
 */
#ifndef SAMTALE_APP_SECRET_INPUT_H
#define SAMTALE_APP_SECRET_INPUT_H

#include "samtale/base.h"

/**
 * Reads one line: from the terminal, twice, without showing it, or the first line of standard input.
 *
 * @param piped  read standard input, once, without asking
 * @return SAM_OK; SAM_BAD_INPUT when the two differ or there is none; SAM_SYSTEM without a terminal
 */
enum sam_code app_secret_input(struct sam_arena *arena, bool piped, const char *prompt, struct sam_span *out,
                               struct sam_err *err) SAM_MUST_USE;

#endif
