// tap.mjs: tests that print TAP. `test(what, work)` in order, one after another; `skip` with a reason; the process ends with the right status:
// `await done()` comes last.
import assert from 'node:assert/strict'
import { inspect } from 'node:util'

let line = Promise.resolve()
const cleaners = []

/** Runs work (sync or async) after all tests before it; a throw is a failure. */
export function test(what, work) {
    line = line.then(async () => {
        try {
            const said = await work()
            console.log(`ok - ${what}${said?.skip ? ` # SKIP ${said.skip}` : ''}`)
        } catch (error) {
            process.exitCode = 1
            console.log(`not ok - ${what}`)
            const text = error instanceof assert.AssertionError ? error.message : error?.stack ?? inspect(error)
            for (const row of text.split('\n').slice(0, 60)) console.log(`# ${row}`)
        }
    })
    return line
}

/** What a test returns when it cannot run here. */
export const skip = (reason) => ({ skip: reason })

/** Work to do at the end, last first, whatever happened. */
export function atEnd(work) {
    cleaners.push(work)
}

async function clean() {
    while (cleaners.length) await cleaners.pop()()
}

/** Call it last: waits for the tests, cleans, ends the process also when something of it still runs. */
export async function done() {
    await line
    await clean()
    process.exit()
}

for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]])
    process.on(signal, () => clean().finally(() => process.exit(status)))

export { assert }
