/*
 * What Contact Lens' analysis files and what it streams share: a contact and its turns.
 */
#ifndef READ_LENS_H
#define READ_LENS_H

#include "script.h"

/** The contact's id, else what the object's name or the job's name tells. */
enum sam_code lens_id(struct reader *r, const struct sam_json *contact, struct sam_part *head, struct sam_err *err);
/** Adds a turn: a voice turn has offsets, a chat item a time of day; events and attachments have no words. */
void lens_turn(struct script *s, const struct sam_json *turn, const struct place *at);

#endif
