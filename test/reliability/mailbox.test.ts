import { testSection } from './section-tests.ts';
import { sections } from './sections.ts';

testSection(sections.mailbox ?? []);
