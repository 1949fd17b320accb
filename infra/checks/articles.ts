import { type Check, resourcesOf } from './template.ts';

/** Every alarm says which article of the runbook to read: `articles` are the anchors that it has. */
export const articlesIn = (articles: ReadonlySet<string>): Check =>
  function* ({ template, failover }) {
    for (const { id, Properties } of resourcesOf(template, /^AWS::CloudWatch::(Composite)?Alarm$/)) {
      const description = String(Properties?.['AlarmDescription'] ?? '');
      const [, article] = /Runbook: \S+#(\S+)$/.exec(description) ?? [];
      if (article === undefined || !description.includes(`${failover.runbookUrl}#`)) {
        yield { at: id, message: 'names no article of the runbook' };
      } else if (!articles.has(article)) yield { at: id, message: `names the article ${article}, which there is not` };
    }
  };

/** The anchors that GitHub makes of second-level headings. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  return new Set(
    [...markdown.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}
