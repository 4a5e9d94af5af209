/** Begin a new sentence when they follow an abbreviation that may end one: "in the U.S. The market". */
export const SENTENCE_STARTERS =
  /^(?:The|A|An|In|On|At|It|He|She|They|We|I|You|This|That|These|Those|But|And|Or|So|However|There|Here|When|Where|What|Why|How|Who|If|Then|Now|After|Before|As|For|With|My|Our|Your|His|Her|Their|Its|No|Not|Yes|To|From|By|Most|Many|Some|All|Every|Each|Another|Once|Since|While|Although|Today|Let|Also)\b/;
