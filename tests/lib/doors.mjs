// doors.mjs: ways for a message to come in, each as a patient client of that door would do it: again until it was taken.
import { execFile } from 'node:child_process'
import { writeFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { bin, dir, pause } from './samtaled.mjs'

const exec = promisify(execFile)
let files = 0

/** Runs work until it does not throw. */
async function insist(work, seconds = 120) {
    const end = Date.now() + seconds * 1000
    for (let wait = 50; ; wait = Math.min(wait * 2, 1000)) {
        try {
            return await work()
        } catch (error) {
            if (Date.now() > end) throw error
            await pause(wait)
        }
    }
}

/** samtale.enqueue of other systems, many messages in one transaction. @param bodies Buffers */
export function bySql(bodies, database) {
    const file = path.join(dir, `enqueue-${files++}.sql`)
    writeFileSync(file, `begin;\n${bodies.map((body) => `select samtale.enqueue('', '', '', '\\x${body.toString('hex')}'::bytea);\n`).join('')}commit;\n`)
    return insist(() => exec('psql', ['-X', '-q', '-A', '-t', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-d', database, '-f', file]))
        .finally(() => rmSync(file))
}

/** samtaled import. @param bodies Buffers that hold no line end */
export function byImport(bodies, config) {
    const file = path.join(dir, `import-${files++}.jsonl`)
    writeFileSync(file, Buffer.concat(bodies.flatMap((body) => [body, Buffer.from('\n')])))
    return insist(() => exec(bin, ['import', '--config', config, file])).finally(() => rmSync(file))
}

/** POST /v1/messages, one message a request, some at a time. */
export async function byHttp(bodies, url, token) {
    const waiting = bodies.slice()
    const client = async () => {
        for (let body = waiting.pop(); body; body = waiting.pop()) {
            const sent = body
            await insist(async () => {
                const answer = await fetch(`${url()}/v1/messages`, {
                    method: 'POST', body: sent, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
                })
                if (answer.status !== 202) throw new Error(`answer ${answer.status}: ${await answer.text()}`)
                await answer.arrayBuffer()
            })
        }
    }
    await Promise.all(Array.from({ length: 8 }, client))
}
