/** Written for this benchmark: many p, b and m at the start, inside and at the end of words, in statements and questions. */
export const SENTENCES: readonly string[] = [
  'Pam bought a big blue map, but Bob put my boat up for a bump.',
  'Would you move it before the members come back from the camp?',
  'My mother made maple pancakes, and my brother picked the plums.',
  'The company published a simple plan to improve its public image.',
  'Please remember to bring a pen, a pad and a bottle of pure water.',
  'A small robot swept the empty platform while people stepped aboard.',
  'Maybe the problem is not the computer, but the person before it.',
  'Climbing the steep path, we stopped to capture a beautiful bumblebee.',
  'How many bright lamps would a modern apartment building need?',
  'Experts believe that the temperature will drop sharply by September.',
  'He grabbed the rope, jumped from the bridge, and swam to the pier.',
  'Our team combined map data, public reports and a bit of plain luck.',
  'Stop! Keep both palms up, and breathe deep from your abdomen.',
  'The museum has improved the program, the lamps and the big maps.',
];
