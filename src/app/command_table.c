/*
 * The table of commands: what `samtaled --help` and the man page print and what app.c runs.
 */
#include "command.h"
#include "settings.h"

const struct command app_commands[] = {
    {"config check", "[FILE]", "reads a settings file and tells every problem with its line",
     "FILE is " APP_SETTINGS_FILE " unless given.\n", command_config_check},
    {"config show", "", "prints a commented settings file with all defaults", NULL, command_config_show},
    {"config man", "", "prints the source of the manual page samtaled.conf(5)", NULL, command_config_man},
    {"dead-letter list", "[--config FILE] [--limit N]", "lists messages that could not be stored, newest first",
     "One line each: number, when it died, source, kind, size, code, reason. N is 100 unless given.\n", command_dead_letter_list},
    {"dead-letter show", "[--config FILE] [--body] NUMBER", "shows one of them, with its reason",
     "  --body   prints the message itself instead, byte for byte: raw text that nothing has masked\n", command_dead_letter_show},
    {"dead-letter replay", "[--config FILE] NUMBER... | --all [--source NAME] [--code CODE]", "puts dead letters into the queue again",
     "After what they died of was mended: a setting, a newer version. One that fails again becomes a new dead letter.\n"
     "  --all          all there are now\n"
     "  --source NAME  of these only those of a system\n"
     "  --code CODE    of these only those with a code, as listed\n",
     command_dead_letter_replay},
    {"dead-letter drop", "[--config FILE] NUMBER... | --all [--source NAME] [--code CODE]", "drops dead letters for good",
     "Options as of replay.\n", command_dead_letter_drop},
    {"migrate", "[--config FILE] [--connection STRING]", "brings the database to this program's schema",
     "  --connection STRING  instead of [database] connection: the first time it must be a superuser's, since it makes roles\n"
     "Forward only; one that was interrupted goes on where it stopped.\n",
     command_migrate},
    {"run", "[--config FILE]", "runs the daemon until it is told to stop",
     "Signals: TERM and INT stop in order, HUP reads settings and packs again: all of them or, with a fault, none. Logs to stderr.\n",
     command_run},
    {"verify", "[--config FILE] [--most N]", "makes every sum a second time from the facts and lists what differs",
     "One line each: table, key, stored, computed. Ends with 1 when there is any. N is 1000 unless given.\n"
     "Nothing is locked; seconds for 100,000 conversations.\n",
     command_verify},
    {"nightly", "[--config FILE]",
     "does the night's work now: sums days, counts repeat contacts and percentiles, ends dead letters, verifies",
     "For a centre that was just imported, or a site that wants its own hour (set [nightly] verify = no and call this from a timer).\n",
     command_nightly},
    {"rescore list", "[--config FILE]", "lists re-scorings, the latest first", NULL, command_rescore_list},
    {"rescore report", "[--config FILE] [--examples N] NUMBER",
     "tells what a re-scoring changes: by figure, by label, by agent, with examples",
     "Agents only while [privacy] shows them; those with few conversations are put together. Examples are conversations and turns, N of "
     "each\n"
     "label (3). Also before the switch, until it is dropped.\n",
     command_rescore_report},
    {"rescore switch", "[--config FILE] [--pack FILE...] [--back] NUMBER", "makes the scores of a re-scoring the current ones, all at once",
     "Scores first what came meanwhile; settings and packs must be those it was begun with. Messages wait while it switches, up to half a "
     "minute "
     "for\n"
     "100,000 conversations.\n"
     "  --back  from the new scores to the former ones again; what was stored since keeps its score\n",
     command_rescore_switch},
    {"rescore drop", "[--config FILE] NUMBER", "deletes the scores of a re-scoring that are not the current ones",
     "Before the switch the new ones, after it the former ones. A little at a time; begun again it goes on.\n", command_rescore_drop},
    {"rescore", "[--config FILE] --since DAY [--until DAY] [--queue NAME]... [--pack FILE]... [--no-switch]",
     "scores anew what is stored, beside the present scores, and then switches to the new ones at once",
     "With the settings and packs of the configuration: change them, reload the daemon, and rescore what came before.\n"
     "  --since DAY   first day (YYYY-MM-DD) on which the conversations began\n"
     "  --until DAY   last day; without it all since\n"
     "  --queue NAME  conversations of a queue; may come several times\n"
     "  --pack FILE   a pack or model over those of the configuration; may come several times\n"
     "  --no-switch   makes the scores and leaves the switch to \"rescore switch\"\n"
     "Rests while messages come in ([rescore]). Stopped or killed, the same words go on where it was. Conversations whose text is gone "
     "keep\n"
     "their score.\n",
     command_rescore},
    {"import", "[--config FILE] [--source NAME] [--kind KIND] [--dry-run] [--resume STATE] FILE|FOLDER...",
     "puts the messages of files and folders into the queue",
     "Every format that `samtaled read` knows, also inside gzip; \"-\" is standard input. A folder is taken with all that is in it, in\n"
     "the order of names, but for names that begin with a dot.\n"
     "  --source NAME   the system they are from, for messages that do not say it, and against what they say\n"
     "  --kind KIND     conversation, record, transcript, survey or outcome, likewise\n"
     "  --dry-run, -n   stores nothing and says what would be stored; needs no database\n"
     "  --resume STATE  keeps in the file STATE what is done, and does not do it again: to go on after a stop\n"
     "What cannot be read is told on stderr as FILE:LINE: reason, and stays out; then it ends with 1. At the end it prints how many "
     "messages\n"
     "of each format there were, and how many were refused for which reason. Waits while the queue is full. Importing again is harmless: "
     "what\n"
     "is known already changes nothing.\n",
     command_import},
    {"sample", "[--seed N] [--weeks N] [--end DAY] | --plan QUEUE", "writes weeks of a made-up contact centre as JSON Lines, for demos",
     "  --seed N    another number, other weeks (1)\n"
     "  --weeks N   how many, 1 to 52 (8); about 625 conversations a week, a quarter of 8 weeks' with a transcript\n"
     "  --end DAY   last day, YYYY-MM-DD (yesterday)\n"
     "  --plan QUEUE   the agents who take its calls instead, as lines for: samtaled staffing set QUEUE -\n"
     "The same options give the same bytes. Feed it with: samtaled sample | samtaled import -\n",
     command_sample},
    {"man", "", "prints the source of the manual page samtaled(1)", NULL, command_man},
    {"completion", "", "prints the completion of these commands for bash", NULL, command_completion},
    {"read", "[--config FILE] [--source NAME] [--kind KIND] [--unmasked] FILE...",
     "shows what the readers make of files, in the canonical form",
     "One JSON line a part, as it would be stored but for the customer's key (made here with a key of zeros).\n"
     "  --source NAME  for messages that do not say it (\"file\")\n"
     "  --kind KIND    conversation, record, transcript, survey or outcome, against what they say\n"
     "  --unmasked     as read, before identifiers are masked: shows personal data\n"
     "Ends with 1 when anything was refused; each reason stands on stderr as FILE:LINE: reason.\n",
     command_read},
    {"score", "[--config FILE] [--format json|text] FILE...", "scores conversations out of files, without a database",
     "One JSON line a conversation (docs/score.md), or with --format text the figures and the missed moments.\n"
     "FILE may be - for standard input; every format of `samtaled import` is read, as the settings say: zone and country of what tells "
     "none,\n"
     "limits, the site's packs and weights ([score]).\n",
     command_score},
    {"explain", "[--config FILE] FILE...", "shows conversations with the evidence of every mark",
     "Evidence stands in [brackets], or in colour on a terminal. Settings count as for `samtaled score`.\n", command_explain},
    {"eval", "[--config FILE] [--misses LABEL|all] [--floors FILE] FILE...", "measures the scorer against labelled conversations",
     "Prints precision, recall, F1, kappa and an interval for each label, by language, channel and style.\n"
     "  --misses LABEL  lists the mistakes instead, with their text\n"
     "  --floors FILE   lines \"all|LANGUAGE LABEL|macro|moment.missed|moment.gap F1\"; ends with 1 when a figure is below\n",
     command_eval},
    {"train", "--held FILE... [--half FILE...] (--out MODEL | --leave-domain-out [--misses LABEL|all] [--floors FILE]) FILE...",
     "trains the linear models on labelled conversations",
     "Learns from all files. Thresholds are set on the held ones, each domain scored by models that did not see it.\n"
     "  --held FILE         labelled conversations of several domains (\"domain\" in each)\n"
     "  --half FILE         labelled conversations that count half: other hands than those that are to be heard\n"
     "  --out MODEL         writes the model there; it goes beside the packs\n"
     "  --leave-domain-out  writes nothing: trains without each held domain in turn and prints how it is then marked\n"
     "  --misses LABEL      with it: prints the mistakes of a label (or all) with their text instead of figures\n"
     "  --floors FILE       with it: prints only figures below these, as `samtaled eval` does\n"
     "The same files give the same bytes. Some minutes.\n",
     command_train},
    {"pack check", "[--config FILE] [FILE...]", "compiles packs over the shipped ones and runs their examples",
     "FILE stands in place of the site's packs ([score] packs in the settings). Faults are told as FILE:LINE:COLUMN.\n",
     command_pack_check},
    {"pack test", "[--config FILE] LANGUAGE TEXT [FILE...]", "shows which rules a sentence sets off",
     "With the site's packs, or with FILE in their place.\n", command_pack_test},
    {"pack show", "[--config FILE] LANGUAGE [ID]", "prints the rules of a language whose id begins so, the site's too", NULL,
     command_pack_show},
    {"user add", "NAME --role ROLE [--team TEAM]... [--agent ID] [--password-stdin] [--config FILE]", "makes an account that may sign in",
     "  --role ROLE       admin, analyst, supervisor (own teams), agent (own conversations) or ingest (sends messages)\n"
     "  --team TEAM       a supervisor's team, as messages name it; may come several times\n"
     "  --agent ID        who an agent is, as messages name it\n"
     "  --password-stdin  the first line of standard input is the password, instead of asking for it\n",
     command_user_add},
    {"user set", "NAME [--role ROLE] [--team TEAM]... [--no-teams] [--password] [--password-stdin] [--disable | --enable] [--config FILE]",
     "changes an account, and signs it out", "Teams that are given replace those it had.\n", command_user_set},
    {"user list", "[--config FILE]", "lists the accounts", NULL, command_user_list},
    {"token add", "ACCOUNT --scope SCOPE... --for TEXT [--days N] [--config FILE]", "makes a token for a program and prints it once",
     "  --scope SCOPE  ingest, read or admin; may come several times; never more than the account's role allows\n"
     "  --for TEXT     what it is for\n"
     "  --days N       how long it lasts; for good unless given\n",
     command_token_add},
    {"token list", "[--config FILE]", "lists the tokens, without themselves", NULL, command_token_list},
    {"token remove", "ID [--config FILE]", "ends a token; ID as listed", NULL, command_token_remove},
    {"export",
     "(--customer ID --source NAME | --phone NUMBER | --email ADDRESS | --conversation ID --source NAME) [--country CC] [--config FILE]",
     "prints what is stored of a customer, with who read it, as JSON Lines",
     "  --customer ID --source NAME      as the source calls them\n"
     "  --phone NUMBER [--country CC]    in any source\n"
     "  --email ADDRESS                  in any source\n"
     "  --conversation ID --source NAME  one conversation\n"
     "Texts are masked, as stored; readers are pseudonyms. The export itself is logged.\n",
     command_export},
    {"erase",
     "(--customer ID --source NAME | --phone NUMBER | --email ADDRESS | --conversation ID --source NAME | --agent ID) [--country CC] --yes "
     "[--config FILE]",
     "erases what is stored of a customer or an agent, but for numbers, and prints what was done",
     "  --customer ID --source NAME      as the source calls them\n"
     "  --phone NUMBER [--country CC]    in any source\n"
     "  --email ADDRESS                  in any source\n"
     "  --conversation ID --source NAME  one conversation\n"
     "  --agent ID                       an agent, as sources call them: name, account, and the words of all their conversations\n"
     "Words, places of evidence, keys, messages that wait, dead letters and rejected files of the spool go. Later parts of these "
     "conversations\n"
     "become dead letters without a body. Dumps are not reached.\n",
     command_erase},
    {"target set", "FIGURE VALUE [--queue QUEUE | --team TEAM] [--from DAY] [--to DAY] [--config FILE]", "sets what a figure is to reach",
     "FIGURE as in docs/measures.md, e.g. service_level, aht, explored_share; VALUE in its unit, 0.8 or 80%.\n"
     "Without --queue and --team it is for all that have no own. DAY is YYYY-MM-DD; from today, and until another begins, unless given.\n",
     command_target_set},
    {"target list", "[--config FILE]", "lists the targets", NULL, command_target_list},
    {"staffing set", "QUEUE FILE [--from DAY] [--config FILE]", "sets how many agents are planned on a queue, for the AHT budget",
     "FILE holds lines WEEKDAYS,FROM,TO,AGENTS, e.g. 1-5,08:00,20:00,12 (1 is Monday; agents may be halves); \"-\" is standard input.\n"
     "The plan holds from DAY (today) on, as a whole; rows that overlap add up.\n",
     command_staffing_set},
    {"staffing list", "[--config FILE]", "lists the plans", NULL, command_staffing_list},
    {"bi-user create",
     "NAME (--team TEAM... | --all-teams) [--text] [--timeout SECONDS] [--password-stdin] [--connection STRING] [--config FILE]",
     "makes a database role that reads schema bi (docs/bi.md), and prints its password once",
     "  --team TEAM          whose conversations it sees; may come several times\n"
     "  --all-teams          it sees all\n"
     "  --text               also the masked texts\n"
     "  --timeout SECONDS    what one statement may take (60)\n"
     "  --password-stdin     the first line of standard input is the password\n"
     "  --connection STRING  of somebody who may make roles, instead of [database] connection\n",
     command_bi_user_create},
    {"bi-user revoke", "NAME [--connection STRING] [--config FILE]", "takes such a role away and ends its sessions", NULL,
     command_bi_user_revoke},
    {"bi-user list", "[--config FILE]", "lists them", NULL, command_bi_user_list},
    {"version", "", "prints the program's version", NULL, command_version},
    {NULL, NULL, NULL, NULL, NULL},
};
