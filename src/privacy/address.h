/*
 * What the readers of Nordic and of English street addresses share.
 */
#ifndef PRIVACY_ADDRESS_H
#define PRIVACY_ADDRESS_H

#include "scan.h"

/** @return whether a word is one of n, in any case */
bool address_word(struct sam_span word, const char *const *list, size_t n);
/** @return whether a word is written as names are: two letters or more, the first a capital */
bool address_name(struct sam_span word);
/** @return whether one blank stands before token i */
bool address_blank(const struct scan *s, const struct piece *p, size_t i);
/** @return whether a word may be (a part of) a house number */
bool address_number(const struct token *t);
/** @return the last of the number words from at on: "fem og tyve", "hundrede og tolv" */
size_t address_numbers(const struct scan *s, const struct piece *p, size_t at);

/* place.c */
/** @return whether a gap may part what an address is made of: "12, 2. tv., 1610" */
bool address_parts(struct sam_span gap);
/** Takes along a post code and the town's name. @param house  token at which the house's number starts @param last  token before it, or
 * the house's number, which in words may be one row with the post code @return the last token; *towned whether a town is among them
 * behind a post code in digits */
size_t address_place(const struct scan *s, const struct piece *p, size_t house, size_t last, bool *towned);

/* street.c */
/** @return whether a word before a street's own makes it a name: "nedre gate", "gamle vej" */
bool street_adjective(struct sam_span word);
/** @return whether a street's own word behind somebody's name is a street in any spelling: "andersens gade" */
bool street_owner(struct sam_span name, struct sam_span word);
/** @return whether a street's name may start so: "ved stranden", "bag haven" */
bool street_preposition(struct sam_span word);
/** @return whether a word may be a street's name or a common word, "ringen" */
bool street_weak(struct sam_span word);
/** @return whether a word is one of streets that stands alone behind a name: "Andersens Boulevard 12" */
bool street_alone(struct sam_span word);
/** As street_alone, with words that are common ones elsewhere. */
bool street_or_alone(struct sam_span word);
/** @return whether a word of two letters or more ends as shortened names do: "Storgt", "Kirkevn" */
bool street_short(struct sam_span word);
/** @return whether a word may stand between a street's name and its number, or is short for the end of a name */
bool street_between(struct sam_span word);

/* english.c */
/** "12 High Street", "flat 3, 12B Acacia Avenue"; in a turn or behind one that speaks of where somebody lives also "twelve high street".
 * @return whether one starts with the house number at token i; *first and *last are its tokens then */
bool english_address(const struct scan *s, const struct piece *p, size_t i, size_t *first, size_t *last);
/** "LS1 4AB" @return its last token, or i - 1 when none starts at token i */
size_t english_post_code(const struct scan *s, const struct piece *p, size_t i);

#endif
