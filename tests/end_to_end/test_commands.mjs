// Every command as people mistype it: unknown options, words too many, values that are none, files and databases that are not there. Each is one
// clear sentence with the right exit status, and nothing on standard output. A new command must be added to the table.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bin, top } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'samtaled-commands-'))
atEnd(() => rmSync(folder, { recursive: true }))
const gold = path.join(top, 'src/samples/en.dev.jsonl')
const file = (name, text) => {
    const at = path.join(folder, name)
    writeFileSync(at, text)
    return at
}
const away = file('away.conf', `[database]\nconnection = host=${folder} user=nobody password=geheim connect_timeout=2\n[privacy]\nkey_file = ${folder}/key\n`)
const broken = file('broken.conf', '[database]\nconection = x\n')

/** @return {status, out, err}: standard error in one piece */
function ran(words, options = {}) {
    const { status, stdout, stderr } = spawnSync(bin, words, { encoding: 'utf8', timeout: 120e3, input: '', maxBuffer: 1 << 28, ...options })
    return { status, out: stdout ?? '', err: stderr }
}

/** Fails with status and a sentence that has all of the pieces. */
function fails(words, status, ...pieces) {
    const is = ran(words)
    assert.equal(is.status, status, `${words.join(' ')}: status ${is.status}, not ${status}: ${is.err}${is.out}`)
    assert.equal(is.out, '', `${words.join(' ')} printed something`)
    for (const piece of pieces) assert.ok(is.err.includes(piece), `${words.join(' ')}: "${piece}" is not in: ${is.err}`)
    assert.doesNotMatch(is.err, /geheim/)
    return is.err
}

const NO_DATABASE = 'none', DATABASE = 'database'
// words that would be right, and what the command needs; one row a command of --help
const commands = {
    'config check': [[gold], NO_DATABASE], 'config show': [[], NO_DATABASE], 'config man': [[], NO_DATABASE],
    'dead-letter list': [[], DATABASE], 'dead-letter show': [['1'], DATABASE], 'dead-letter replay': [['1'], DATABASE], 'dead-letter drop': [['--all'], DATABASE],
    migrate: [[], DATABASE], run: [[], DATABASE], verify: [[], DATABASE], nightly: [[], DATABASE],
    'rescore list': [[], DATABASE], 'rescore report': [['1'], DATABASE], 'rescore switch': [['1'], DATABASE], 'rescore drop': [['1'], DATABASE],
    rescore: [['--since', '2026-01-01'], DATABASE], import: [[gold], DATABASE], sample: [[], NO_DATABASE],
    man: [[], NO_DATABASE], completion: [[], NO_DATABASE], read: [[gold], NO_DATABASE], score: [[gold], NO_DATABASE], explain: [[gold], NO_DATABASE],
    eval: [[gold], NO_DATABASE], train: [['--held', gold, '--out', path.join(folder, 'model'), gold], NO_DATABASE], 'pack check': [[], NO_DATABASE],
    'pack test': [['da', 'hvad tænker du'], NO_DATABASE], 'pack show': [['da', 'x'], NO_DATABASE],
    'user add': [['anna', '--role', 'supervisor', '--password-stdin'], DATABASE], 'user set': [['anna', '--disable'], DATABASE], 'user list': [[], DATABASE],
    'token add': [['anna', '--scope', 'read', '--for', 'test'], DATABASE], 'token list': [[], DATABASE], 'token remove': [['1'], DATABASE],
    export: [['--phone', '+4522334455'], DATABASE], erase: [['--email', 'a@example.com', '--yes'], DATABASE], 'target set': [['service_level', '80 %'], DATABASE],
    'target list': [[], DATABASE], 'staffing set': [['Pension', gold], DATABASE], 'staffing list': [[], DATABASE],
    'bi-user create': [['tal', '--all-teams'], DATABASE], 'bi-user revoke': [['tal'], DATABASE], 'bi-user list': [[], DATABASE], version: [[], NO_DATABASE]
}
const usage = Object.fromEntries(Object.keys(commands).map((name) => [name, ran([...name.split(' '), '--help']).out.split('\n')[0]]))

await test('the table has every command', () => {
    const listed = ran(['--help']).out.split('\n').map((line) => /^ {2}([a-z][a-z -]*[a-z]) {2,}/.exec(line)?.[1]).filter(Boolean)
    assert.deepEqual(listed, Object.keys(commands))
})

await test('an unknown option, or one without its value, answers with the usage', () => {
    for (const name of Object.keys(commands)) {
        if (name !== 'config check') fails([...name.split(' '), '--no-such-option'], 2, '--no-such-option', usage[name]) // its words are files
        for (const [, option] of usage[name].matchAll(/(--[a-z-]+) [A-Z]/g)) fails([...name.split(' '), option], 2, option, usage[name])
    }
})

await test('a word too many, or too few, answers with the usage', () => {
    for (const [name, [words]] of Object.entries(commands)) {
        if (!/FILE\.\.\.|FILE\|FOLDER|NUMBER\.\.\./.test(usage[name])) fails([...name.split(' '), ...words, 'one-more', 'and-more'], 2, usage[name])
        if (words.length > 0 && !/\[FILE\.\.\.\]|config check/.test(usage[name])) fails(name.split(' '), 2, usage[name])
    }
})

await test('settings that are not there, or wrong, are named', () => {
    for (const [name, [words]] of Object.entries(commands)) {
        if (!usage[name].includes('--config')) continue
        fails([...name.split(' '), ...words, '--config', path.join(folder, 'nowhere.conf')], 1, 'nowhere.conf')
        fails([...name.split(' '), ...words, '--config', broken], 1, 'broken.conf:2', 'connection')
    }
})

await test('a database that is away is one sentence, without its password', () => {
    for (const [name, [words, needs]] of Object.entries(commands))
        if (needs === DATABASE && name !== 'run') fails([...name.split(' '), ...words, '--config', away], 1, `samtaled ${name}`)
})

await test('values that are none are named', () => {
    const wrong = [
        [['sample', '--seed', '-1'], '-1'], [['sample', '--weeks', '0'], '0'], [['sample', '--weeks', '2x'], '2x'], [['sample', '--end', '2026-02-29'], '2026-02-29'],
        [['sample', '--end', '26-2-1'], '26-2-1'], [['sample', '--end', '2026-13-01'], '2026-13-01'],
        [['dead-letter', 'list', '--limit', '0', '--config', away], '0'], [['dead-letter', 'show', 'x', '--config', away], 'x'],
        [['dead-letter', 'replay', 'x', '--config', away], 'x'], [['dead-letter', 'drop', '1', '--all', '--config', away], '--all'],
        [['verify', '--most', 'many', '--config', away], 'many'], [['token', 'add', 'anna', '--scope', 'all', '--for', 'x', '--config', away], 'all'],
        [['token', 'add', 'anna', '--scope', 'read', '--for', 'x', '--days', '0', '--config', away], '0'],
        [['user', 'add', 'anna', '--role', 'king', '--config', away], 'king'], [['score', '--format', 'xml', gold], 'xml'],
        [['read', '--kind', 'song', gold], 'song'], [['import', '--kind', 'song', gold, '--config', away], 'song'],
        [['pack', 'test', 'xx', 'hej'], 'xx'], [['pack', 'show', 'xx'], 'xx'], [['eval', '--misses', 'joy', gold], 'joy'],
        [['target', 'set', 'service_level', 'most', '--config', away], 'most'],
        [['bi-user', 'create', 'tal', '--all-teams', '--timeout', 'x', '--config', away], 'x'], [['bi-user', 'create', 'tal', '--config', away], 'usage'],
        [['train', '--held', gold, gold], '--out FILE or --leave-domain-out'], [['train', '--held', gold, '--out', 'x', '--leave-domain-out', gold], '--out FILE or --leave-domain-out'],
        [['train', '--held', gold, '--out', 'x', '--floors', gold, gold], '--leave-domain-out'], [['train', '--held', gold, '--out', 'x', '--misses', 'all', gold], '--leave-domain-out'],
        [['train', '--held', gold, '--leave-domain-out', '--misses', 'joy', gold], 'joy'], [['train', ...Array(65).fill(['--held', gold]).flat(), '--out', 'x', gold], '--held'],
        [['target', 'set', 'service_level', '80 %', '--queue', 'a', '--team', 'b', '--config', away], 'a queue or of a team']
    ]
    for (const [words, piece] of wrong) {
        const { status, out, err } = ran(words)
        assert.ok((status === 1 || status === 2) && out === '', `${words.join(' ')}: ${status} ${out}`)
        assert.ok(err.includes(piece), `${words.join(' ')}: "${piece}" is not in: ${err}`)
    }
})

await test('files that are not there, are folders, or hold nothing are named', () => {
    const empty = file('empty.jsonl', '')
    for (const name of ['read', 'score', 'explain', 'eval']) {
        fails([name, path.join(folder, 'nowhere')], 1, 'nowhere')
        fails([name, folder], 1, folder)
        fails([name, empty], 1, 'empty.jsonl')
    }
    fails(['train', '--held', path.join(folder, 'nowhere'), '--out', path.join(folder, 'model'), gold], 1, 'nowhere')
    fails(['train', '--held', gold, '--out', path.join(folder, 'no/model'), gold], 1, 'no/model')
    fails(['pack', 'check', path.join(folder, 'nowhere')], 1, 'nowhere')
})

await test('floors that cannot be read are refused with their line', () => {
    for (const [text, piece] of [['all macro\n', 'all macro'], ['all macro much\n', 'much'], ['all no.such.label 10\n', 'no.such.label']])
        assert.ok(ran(['eval', '--floors', file('floors.txt', `# a remark\n\n${text}`), gold]).err.includes(piece), piece)
})

await test('what falls below its floor fails and says so; misses show their words', () => {
    const { status, out, err } = ran(['eval', '--floors', file('high.txt', 'all macro 99.9\n'), '--misses', 'all', gold])
    assert.equal(status, 1)
    assert.match(out + err, /below its floor: all macro/)
    assert.match(out, /^missed +en-[^|]* \| \S/m)
    assert.match(out, /^wrong +en-[^|]* \| \S/m)
})

await test('the sample ends on the day asked for, leap days too', () => {
    for (const day of ['2024-02-29', '2026-12-31']) {
        const lines = ran(['sample', '--weeks', '1', '--seed', '7', '--end', day]).out.trimEnd().split('\n')
        const last = lines.map((line) => JSON.parse(line)).filter((m) => m.offered_at).map((m) => m.offered_at.slice(0, 10)).sort().pop()
        assert.ok(last <= day && Date.parse(day) - Date.parse(last) < 4 * 86400e3, `${last} for ${day}`)
    }
})

await test('a key that others may read, or that is none, is refused; one that cannot be made is named', () => {
    const key = (name, bytes, mode) => {
        const at = file(name, Buffer.alloc(bytes))
        chmodSync(at, mode)
        return at
    }
    mkdirSync(path.join(folder, 'folder'), { mode: 0o700 })
    for (const [at, piece] of [[key('open', 32, 0o644), 'others may read the key'], [key('short', 31, 0o600), 'is no key: it must hold 32 bytes'],
        [path.join(folder, 'folder'), 'cannot read the key'], [path.join(folder, 'none/key'), 'cannot make the key'], [path.join(folder, 'short/key'), 'cannot open the key']])
        fails(['run', '--config', file('key.conf', `[database]\nconnection = host=${folder}\n[http]\nlisten = 127.0.0.1:0\n[privacy]\nkey_file = ${at}\n`)], 1, piece, at)
})

await test('score as text is the head, the figures and what was missed, without the words of the turns', () => {
    const { status, out, err } = ran(['score', '--format', 'text', gold]), whole = ran(['explain', gold]).out
    assert.equal(status, 0, err)
    const ids = readFileSync(gold, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line).id)
    for (const id of ids) assert.ok(out.includes(id), id)
    assert.ok(out.length < whole.length / 3)
    for (const line of out.split('\n').filter((text) => text.includes('missed'))) assert.ok(whole.includes(line.trim()), line)
})

await test('a full disk is a failure', () => {
    const full = openSync('/dev/full', 'w')
    for (const words of [['sample', '--weeks', '1'], ['score', gold], ['read', gold], ['config', 'show'], ['man'], ['--help']]) {
        const { status, stderr } = spawnSync(bin, words, { encoding: 'utf8', stdio: ['ignore', full, 'pipe'] })
        assert.equal(status, 1, `${words.join(' ')}: status ${status}`)
        assert.match(stderr, /^samtaled[^\n]*: cannot write[^\n]*\n$/, words.join(' '))
    }
})

await test('what the sample prints is what import reads', () => {
    const weeks = file('weeks.jsonl', ran(['sample', '--weeks', '1']).out)
    const { status, out, err } = ran(['import', '--dry-run', weeks])
    assert.equal(status, 0, err)
    assert.match(out + err, new RegExp(`${readFileSync(weeks, 'utf8').trimEnd().split('\n').length}`))
})

await done()
