// What the dialogue hours went to: a bar a use, longest first, as shares of all the time.
import { figureText, sumText } from '../base/show';
import type { Lens } from '../base/types';
import { t, term } from '../i18n';

/** The name of a use; "hold" is another figure elsewhere. */
export function useName(name: string): string {
  return name === 'hold' ? term('use', 'hold') : term('figure', `${name}_share`);
}

export function UseBar({ lens, counted }: { lens: Lens; counted: string }) {
  const uses = Object.entries(lens).map(([name, figure]) => ({ name: name.replace(/_share$/, ''), figure }));
  const most = Math.max(...uses.map(({ figure }) => figure.value ?? 0));
  const measured = uses.some(({ figure }) => figure.value !== null);
  uses.sort((a, b) => (b.figure.value ?? 0) - (a.figure.value ?? 0));
  return (
    <section class="panel" aria-labelledby="uses-title">
      <h2 id="uses-title">{t('keys.use')}</h2>
      <p class="quiet">
        {t('keys.use.note')} {counted}
      </p>
      {!measured && <p>{t('figure.not_measured')}</p>}
      {measured && (
        <ul class="uses">
          {uses.map(({ name, figure }) => (
            <li key={name} data-figure={name}>
              <span>{useName(name)}</span>
              <span class="use-bar" aria-hidden="true">
                <span style={{ width: `${(100 * (figure.value ?? 0)) / (most || 1)}%` }} />
              </span>
              <b>{figureText(figure)}</b>
              <span class="quiet">{figure.numerator === null ? '' : sumText(figure.numerator / 1000)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
