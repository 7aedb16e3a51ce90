/*
 * Private to base: finding the next byte of a JSON string that needs a look.
 */
#ifndef SAMTALE_BASE_JSON_H
#define SAMTALE_BASE_JSON_H

/** @return the first of [at, end) that is a quote, a backslash, a control character or not ASCII; end when there is none */
const char *json_scan(const char *at, const char *end);

#endif
