/*
 * Private to app: what the service manager is told. The protocol of sd_notify(3) is one datagram; no library is needed for it.
 */
#ifndef SAMTALE_APP_NOTIFY_H
#define SAMTALE_APP_NOTIFY_H

#include <stdint.h>

/** Sends a state, "READY=1", to the manager that started the process; does nothing without one. */
void app_notify(const char *state);
/** @return milliseconds between two "WATCHDOG=1" that the manager wants, half of its limit; 0 when it wants none */
int64_t app_notify_watchdog_ms(void);

#endif
