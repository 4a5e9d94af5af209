/**
 * The base languages that the offline voices speak when all of them are installed, as ISO 639 codes. Known without starting
 * a voice, so that a request can be checked at once; a test compares it with what eSpeak NG itself lists.
 */
export const OFFLINE_LANGUAGES: readonly string[] = (
  'af am an ar as az ba be bg bn bpy bs ca chr cmn cs cv cy da de el en eo es et eu fa fi fo fr ga gd ' +
  'gn grc gu hak haw hbs he hi hr ht hu hy hyw ia id in io is it iw ja jbo ka kaa kk kl kn ko kok ku ky ' +
  'la lb lfn lt ltg lv mi mk ml mr ms mt mto my nb nci ne nl nn no nog om or pa pap pl pt py qdb qu quc ' +
  'qya ro ru sd shn si sjn sk sl smj sq sr sv sw ta te th ti tk tn tr tt ug uk ur uz vi xex yue zh'
).split(' ');
