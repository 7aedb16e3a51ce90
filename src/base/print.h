/*
 * Private to base: printf and strtod that know no locale, because a program that links this library may have called setlocale.
 */
#ifndef SAMTALE_BASE_PRINT_H
#define SAMTALE_BASE_PRINT_H

#include <stdarg.h>
#include <stddef.h>

/** vsnprintf in the C locale. @return bytes the whole text has, without the NUL; 0 when fmt cannot be printed */
size_t sam_print(char *out, size_t size, const char *fmt, va_list args) __attribute__((format(printf, 3, 0)));
/** strtod in the C locale. @param text ends with NUL */
double sam_strtod(const char *text, char **end);
/** Cuts text of size bytes (NUL-ended) at a whole character and puts '?' for each byte that is not well-formed UTF-8. */
void sam_print_tidy(char *text, size_t len);

#endif
