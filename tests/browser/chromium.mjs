// chromium.mjs: Debian's Chromium through playwright-core, with an empty profile; collects what must not happen: console errors,
// uncaught errors, requests to anywhere but the daemon.
import { createRequire } from 'node:module'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const ARGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync']

/** Starts the browser. @return {open, close}; open(size, options) gives a page with its faults in page.faults */
export async function startChromium(origin) {
    const profile = mkdtempSync(path.join(tmpdir(), 'samtale-chromium.'))
    const context = await chromium.launchPersistentContext(profile, {
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS, headless: true,
        viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: 'America/New_York', reducedMotion: 'reduce'
    })
    context.setDefaultTimeout(20000)
    const open = async (width = 1440, scheme = 'light') => {
        const page = await context.newPage()
        page.faults = []
        page.on('console', (message) => message.type() === 'error' && page.faults.push(`console: ${message.text()} (${message.location().url})`))
        page.on('pageerror', (error) => page.faults.push(`uncaught: ${error.message}`))
        page.on('request', (request) => request.url().startsWith(origin) || page.faults.push(`request elsewhere: ${request.url()}`))
        await page.setViewportSize({ width, height: width < 600 ? 844 : 900 })
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
        return page
    }
    const close = async () => {
        await context.close()
        rmSync(profile, { recursive: true, force: true })
    }
    return { context, open, close }
}

/** Serious and critical violations of WCAG 2.2 A and AA, each with its places. */
export async function violations(page) {
    await page.evaluate(axeSource)
    const result = await page.evaluate(() => window.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    }))
    return result.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary ?? ''}`).join(' | ')}`)
}

/** How many pixels the page is wider than its window; 0 when it fits. */
export const overflow = (page) => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth))
