import type { Command } from 'commander';
import { UsageError } from '../errors.ts';

/**
 * Gives a command that has options of its own and stands above others what was meant for those: commander takes each option that both
 * have for the upper one, wherever it stands. One that the lower one does not have is a UsageError, as it would be without the upper.
 */
export function handDownOptions(upper: Command): void {
  upper.hook('preSubcommand', (_, lower) => {
    for (const option of upper.options) {
      const name = option.attributeName();
      if (upper.getOptionValueSource(name) !== 'cli') continue;
      if (!lower.options.some((own) => own.attributeName() === name)) {
        throw new UsageError(`${upper.name()} ${lower.name()} has no option ${option.long ?? option.flags}`, {
          hint: `rmq-lab ${upper.name()} ${lower.name()} --help`,
        });
      }
      lower.setOptionValueWithSource(name, upper.getOptionValue(name), 'cli');
    }
  });
}
