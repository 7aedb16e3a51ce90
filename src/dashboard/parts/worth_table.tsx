// What the dialogue was worth: what followed conversations, by what came of their cues. Small samples say so; nothing is called a cause.
import { sharedQuery, type Filters } from '../base/filters';
import { number } from '../base/format';
import { href } from '../base/route';
import { figureText, restsOn, trustText } from '../base/show';
import type { Worth } from '../base/types';
import { formatLocale, t, term } from '../i18n';
import { Glyph, GLYPH_OF } from './glyph';

const COLUMNS = ['sold_share', 'resolved_share', 'churn_rate', 'nps', 'repeat_rate'] as const;

/** The conversations that a row speaks of, as far as the list can tell them apart. */
function listOf({ kind, met }: Worth): Record<string, string> {
  if (kind === 'opportunity' && met === 'missed') return { missed: 'true' };
  if (kind === 'empathy' && met === 'missed') return { gap: 'true' };
  return { scored: 'true' };
}

function metText({ kind, met }: Worth): string {
  return kind === 'empathy' && met === 'missed' ? t('met.gap') : t(`met.${met}`);
}

export function WorthTable({ worth, filters, counted }: { worth: readonly Worth[]; filters: Filters; counted: string }) {
  return (
    <section class="panel worth" aria-labelledby="worth-title">
      <h2 id="worth-title">{t('keys.worth')}</h2>
      <p class="quiet">
        {t('keys.worth.note')} {counted}
      </p>
      {worth.length === 0 && <p>{t('figure.not_measured')}</p>}
      {worth.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={t('keys.worth')}>
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">{t('keys.worth.cue')}</th>
                {COLUMNS.map((name) => (
                  <th key={name} scope="col" class="num">
                    {term('figure', name)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {worth.map((row, i) => (
                <tr key={`${row.kind}.${row.met}`} class={i > 0 && worth[i - 1]?.kind !== row.kind ? 'first' : undefined} data-kind={row.kind} data-met={row.met}>
                  <th scope="row">
                    <a href={href('conversations', { ...sharedQuery(filters), ...listOf(row) })}>
                      <Glyph kind={GLYPH_OF[row.met]} /> {term('kind', row.kind)}: {metText(row).toLocaleLowerCase(formatLocale())}
                    </a>
                    <span class="cell-base">{number(formatLocale(), row.conversations)}</span>
                  </th>
                  {COLUMNS.map((name) => {
                    const figure = row.figures[name];
                    if (figure === undefined) return <td key={name} />;
                    return (
                      <td key={name} class="num" data-null={figure.value === null ? true : undefined}>
                        <span class="cell-value">{figureText(figure)}</span>
                        <span class="cell-base">{name === 'nps' ? t('keys.answers', { n: figure.denominator ?? 0 }) : restsOn(figure)}</span>
                        <span class="cell-base">{trustText(figure)}</span>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
