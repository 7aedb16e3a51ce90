/*
 * A transcript while it is written: turns that grow, and the parties they name. Used by every reader of transcripts.
 */
#ifndef READ_SCRIPT_H
#define READ_SCRIPT_H

#include "reader.h"

struct script {
    struct reader *r;
    struct sam_part *part;
    struct sam_party *parties; /* the given ones, then those that turns imply */
    size_t given, parties_n, parties_room;
    int32_t by_role[SAM_ROLE_OTHER + 1]; /* the party that "agent" means; -1 not yet looked for */
    struct sam_map *labels;              /* labels met so far -> party */
    struct {
        struct sam_span label;
        int32_t party;
    } recent[4]; /* the last labels as they came, for the many turns of a few speakers */
    size_t recent_n;
    bool named; /* timed text whose cues begin with the name of who speaks */
    struct sam_turn *turns;
    size_t turns_n, turns_room;
    struct sam_err err; /* of the first turn over a limit */
};

/** Starts the transcript of a part with parties already known (copied). @return false (and r->full) when the arena is full */
bool script_open(struct script *s, struct reader *r, struct sam_part *part, const struct sam_party *parties, size_t n);
/** The one party of a role; when there is none or more than one, a party of that role without an id. -1 when the arena is full. */
int32_t script_role(struct script *s, enum sam_role role);
/** The party that a text names: a role, a given party's id or name, else a speaker of unknown role told apart by the label (with a
 * warning). -1 for a blank one. */
int32_t script_label(struct script *s, struct sam_span label, const struct place *at);
/** The speaker of a diarisation's number or label: never a party's index; unknown role, no warning. */
int32_t script_speaker(struct script *s, struct sam_span label);
/** Adds a turn numbered by its place. A limit that is passed is kept in s->err and told by script_close. */
void script_turn(struct script *s, int32_t party, struct sam_int start_ms, struct sam_int end_ms, struct sam_span text);
/** Puts parties and turns into the part's transcript. @return SAM_OK; SAM_TOO_LARGE; SAM_NO_MEMORY */
enum sam_code script_close(struct script *s, struct sam_err *err);
/** Seconds as ms from a JSON number, or text when lenient; unknown when none, negative or implausible. */
struct sam_int script_seconds(const struct script *s, const struct sam_json *value);

/* roles.c */
/**
 * Gives speakers of unknown role a role by what they say: the one (and only one) speaker whose first turns hold an agent's greeting is the
 * agent, and of two speakers the other is the customer; of two, one who opens as only customers do makes the other the agent. The
 * configuration may add what either says. Marked role_derived. Never by alternation.
 */
void script_derive_roles(struct script *s);

#endif
