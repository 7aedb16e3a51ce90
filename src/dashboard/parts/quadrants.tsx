// Short or long, rich or poor: four fields of a square, each open to its conversations. The shade says the share; the words say it, too.
import { sharedQuery, type Filters } from '../base/filters';
import { href } from '../base/route';
import { figureText, restsOn, trustText } from '../base/show';
import type { Lens } from '../base/types';
import { t, term } from '../i18n';

const FIELDS = ['short_rich', 'long_rich', 'short_poor', 'long_poor'] as const;

export function Quadrants({ lens, filters, counted }: { lens: Lens; filters: Filters; counted: string }) {
  return (
    <section class="panel" aria-labelledby="quadrants-title">
      <h2 id="quadrants-title">{t('keys.quadrant')}</h2>
      <p class="quiet">
        {t('keys.quadrant.note')} {counted}
      </p>
      <div class="quadrants">
        {FIELDS.map((name) => {
          const figure = lens[`${name}_share`];
          if (figure === undefined) return null;
          return (
            <a key={name} href={href('conversations', { ...sharedQuery(filters), quadrant: name })} class={`quadrant ${name}`} data-figure={name}>
              <span>{term('figure', `${name}_share`)}</span>
              <b>{figureText(figure)}</b>
              <span class="quiet">{restsOn(figure)}</span>
              <span class="quiet">{trustText(figure)}</span>
            </a>
          );
        })}
      </div>
    </section>
  );
}
