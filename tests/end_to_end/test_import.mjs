// samtaled import against a real queue without a daemon: what is cut how, what is refused and told, what is waited for.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { bin, dir, needPostgres, sql, until } from '../lib/samtaled.mjs'
import { assert, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)

const config = process.env.SAMTALE_CONFIG
const message = (n, more = {}) => JSON.stringify({ kind: 'record', source: 'pbx', id: `r${n}`, ...more })
const file = (name, text) => {
    const at = path.join(dir, name)
    writeFileSync(at, text)
    return at
}
const imported = (...args) => spawnSync(bin, ['import', '--config', config, ...args], { encoding: 'utf8', timeout: 60000 })
const queue = () => sql("select string_agg(convert_from(body, 'UTF8'), '|' order by id) from samtale.inbox")
const empty = () => sql('delete from samtale.inbox')

for (const [what, text] of [
    ['JSON Lines', `${message(1)}\n${message(2)}\n${message(3)}\n`],
    ['lines with other ends and blanks', `${message(1)}\r\n\n  ${message(2)}\n\n${message(3)}`],
    ['documents one after another', `${message(1)}${message(2)} ${message(3)}`],
    ['an array', `[${message(1)},\n ${message(2)}, ${message(3)}]\n`]
]) await test(`${what}: each message is one row, in order, in the import lane`, () => {
    empty()
    const said = imported(file('three', text))
    assert.equal(said.status, 0, said.stderr)
    assert.match(said.stdout, /^3 messages imported\n  native +3 messages: 3 records\n$/)
    assert.equal(queue(), [1, 2, 3].map((n) => message(n)).join('|'))
    assert.equal(sql('select distinct lane from samtale.inbox'), '1')
})

await test('standard input is a file, and several files come in their order', () => {
    empty()
    execFileSync(bin, ['import', '--config', config, file('first', message(1)), '-'], { input: message(2), stdio: ['pipe', 'ignore', 'inherit'] })
    assert.equal(queue(), `${message(1)}|${message(2)}`)
})

await test('source and kind of the command line go with each message', () => {
    empty()
    assert.equal(imported('--source', 'genesys', '--kind', 'record', file('one', message(1))).status, 0)
    assert.equal(sql("select source || ' ' || kind from samtale.inbox"), 'genesys record')
})

await test('a message over the limit is told with its line; the others go in', () => {
    empty()
    sql('update samtale.inbox_state set size_limit = 1000')
    const said = imported(file('mixed', [message(1), message(2, { note: 'x'.repeat(2000) }), message(3)].join('\n')))
    sql('update samtale.inbox_state set size_limit = 16777216')
    assert.equal(said.status, 1)
    assert.match(said.stdout, /^2 messages imported, 1 refused\n/)
    assert.match(said.stderr, /mixed:2: .*over the limit of 1000 bytes/)
    assert.equal(queue(), `${message(1)}|${message(3)}`)
})

await test('what cannot be read is told with its place, summed up by reason, and stays out', () => {
    empty()
    const said = imported(file('mixed.jsonl', `${message(1)}\n{"a": 1}\nnonsense\n{"b": "cut\n${message(2)}\n`), file('sound.wav', 'RIFF....WAVEfmt '))
    assert.equal(said.status, 1)
    assert.equal(queue(), `${message(1)}|${message(2)}`)
    assert.match(said.stderr, /mixed.jsonl:2: unknown format: a JSON object with the keys a\n/)
    assert.match(said.stderr, /mixed.jsonl:3: /)
    assert.match(said.stderr, /mixed.jsonl:4: /)
    assert.match(said.stderr, /sound.wav:1: recognised: recording/)
    assert.match(said.stdout, /^2 messages imported, 4 refused\n  native +2 messages: 2 records\n/)
    assert.match(said.stdout, /refused because +1 unknown format: a JSON object with the keys a\n/)
})

await test('a folder is taken with all that is in it, in order, gzip unpacked, names kept; dots and links to folders are not followed', () => {
    empty()
    const at = path.join(dir, 'tree')
    mkdirSync(path.join(at, 'b/c'), { recursive: true })
    writeFileSync(path.join(at, '.hidden'), message(9))
    writeFileSync(path.join(at, 'a.json'), message(1))
    writeFileSync(path.join(at, 'b/two.jsonl.gz'), gzipSync(`${message(2)}\n${message(3)}\n`))
    writeFileSync(path.join(at, 'b/c/1772445600.7_rx.json'), JSON.stringify({ text: 'hej', segments: [{ start: 0, end: 1, text: 'hej' }] }))
    symlinkSync(at, path.join(at, 'b/again'))
    const said = imported('--source', 'pbx', at)
    assert.equal(said.status, 0, said.stderr)
    assert.equal(said.stdout.replace(/ +/g, ' '), '4 messages imported\n native 3 messages: 3 records\n whisper 1 messages: 1 transcripts\n')
    assert.equal(sql("select string_agg(content_type, '|' order by id) from samtale.inbox"),
        ['a.json', '1772445600.7_rx.json', 'two.jsonl.gz', 'two.jsonl.gz'].map((name) => `application/octet-stream; name="${name}"`).join('|'))
})

await test('a dry run stores nothing and says what would be stored, without a database', () => {
    const elsewhere = file('dry.conf', '[database]\nconnection = host=/nowhere dbname=samtale\n')
    const said = spawnSync(bin, ['import', '--config', elsewhere, '--dry-run', file('twice', [message(1), message(1), message(2)].join('\n'))], { encoding: 'utf8' })
    assert.equal(said.status, 0, said.stderr)
    assert.equal(said.stdout.replace(/ +/g, ' '), '3 messages would be imported\n native 3 messages: 3 records\n of 2 conversations, 0 turns\n')
})

await test('what was done is not done again; a file that grew is', () => {
    empty()
    const state = path.join(dir, 'state')
    const one = file('one.jsonl', `${message(1)}\n`), two = file('two.jsonl', `${message(2)}\n`)
    assert.match(imported('--resume', state, one, two).stdout, /^2 messages imported\n/)
    writeFileSync(one, `${message(1)}\n${message(3)}\n`)
    assert.match(imported('--resume', state, one, two).stdout, /^2 messages imported, 1 done before\n/)
    assert.match(imported('--resume', state, one, two).stdout, /^0 messages imported, 2 done before\n/)
    /* stopped in the middle of a file: the first two of its messages were committed */
    const three = file('three.jsonl', [4, 5, 6].map((n) => message(n)).join('\n'))
    assert.match(imported('--resume', state, three).stdout, /^3 messages imported/)
    writeFileSync(state, readFileSync(state, 'utf8').split('\n').filter((line) => line.endsWith('three.jsonl')).map((line) => line.replace(/^\w+/, '2')).join('\n') + '\n')
    empty()
    assert.match(imported('--resume', state, three).stdout, /^1 messages imported, 2 done before\n/)
    assert.equal(queue(), message(6))
})

await test('a gzip file that ends in the middle gives what stood before', () => {
    empty()
    const whole = gzipSync(Array.from({ length: 5000 }, (_, n) => message(n, { x: `${Math.sin(n)}` })).join('\n'))
    const said = imported(file('cut.gz', whole.subarray(0, whole.length >> 1)))
    assert.equal(said.status, 1)
    assert.match(said.stderr, /cut.gz:1: gzip: it ends in the middle/)
    assert.ok(Number(sql('select count(*) from samtale.inbox')) > 1000)
})

await test('a queue_log larger than a message goes in pieces that cut no call', () => {
    empty()
    const lines = []
    for (let i = 0; i < 40000; i++) {
        const id = `${1600000000 + i}.${i}`
        lines.push(`${1600000000 + i}|${id}|sales|NONE|ENTERQUEUE||22${i}|1`)
        if (i >= 3) lines.push(`${1600000000 + i}|${1600000000 + i - 3}.${i - 3}|sales|NONE|ABANDON|1|1|3`)
    }
    const said = imported('--source', 'pbx', file('queue_log', `${lines.join('\n')}\n`))
    assert.equal(said.status, 0, said.stderr)
    assert.match(said.stdout, /queue_log +\d messages: 40000 records/)
    assert.equal(sql("select count(*) from samtale.inbox where content_type like '%queue_log%'"), String(sql('select count(*) from samtale.inbox')))
})

await test('empty files hold no message', () => assert.match(imported(file('empty', ''), file('blank', '\n\n')).stdout, /^0 messages imported\n$/))

await test('what cannot be read is named', () => {
    for (const [name, why] of [['nowhere', /No such file/]]) {
        const said = imported(path.join(dir, name))
        assert.equal(said.status, 1)
        assert.match(said.stderr, why)
    }
    assert.equal(imported().status, 2)
    assert.equal(imported('--colour', 'x').status, 2)
})

await test('a full queue is waited for', async () => {
    empty()
    sql("update samtale.inbox_state set backlog_limit = 2; select setval('samtale.inbox_import_id', 100); update samtale.inbox_state set done_to = 100")
    const child = spawn(bin, ['import', '--config', config, file('five', [1, 2, 3, 4, 5].map((n) => message(n)).join('\n'))], { stdio: ['ignore', 'pipe', 'pipe'] })
    let told = ''
    child.stderr.on('data', (text) => { told += text })
    const ended = new Promise((resolve) => child.on('close', resolve))
    await until(() => told.includes('the queue is full'), 'it says that it waits')
    assert.equal(sql('select count(*) from samtale.inbox'), '0')
    sql('update samtale.inbox_state set backlog_limit = 1000')
    assert.equal(await ended, 0)
    assert.equal(sql('select count(*) from samtale.inbox'), '5')
})

await test('no database is one sentence', () => {
    const elsewhere = file('elsewhere.conf', '[database]\nconnection = host=/nowhere dbname=samtale\n')
    const said = spawnSync(bin, ['import', '--config', elsewhere, file('one', message(1))], { encoding: 'utf8', timeout: 60000 })
    assert.equal(said.status, 1)
    assert.match(said.stderr, /^samtaled import: .*\/nowhere.*\n$/)
})

await done()
