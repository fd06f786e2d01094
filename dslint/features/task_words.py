"""The words that say what kind of task a is; data of :mod:`dslint.features.task`."""

from __future__ import annotations

from typing import Final

VERBS: Final = """
    abbreviate accept access account act adapt add address adjust advise alter analyze annotate answer apply appraise
    argue arrange articulate ask assemble assess assign assist assume attempt automate balance be begin blend book
    brainstorm break build calculate call capitalize caption capture cast catalog categorize change characterize chart
    chat check choose cite clarify classify clean clear close cluster code collect combine come comment compare
    compile complete compose compress compute concatenate condense conduct configure confirm connect consider
    construct continue contrast convert convince copy copyedit correct count craft create criticize critique crop cut
    debate debug decide declare decode decompose deconstruct deduce deduct define delete deliver delve demonstrate
    depict derive describe design detail detect determine develop devise diagnose differentiate dig discover
    discriminate discuss display dissect distinguish divide do document download draft dramatize draw drop edit
    elaborate eliminate email enable encode encrypt engage enhance ensure enter entitle enumerate estimate evaluate
    examine execute exemplify expand explain explore export express extend extract extrapolate facilitate fact-check
    factor fetch figure fill filter find finish fix flag fold follow forecast form format formulate frame fulfill
    gather generate get give grade graph greet group guess guide hack handle help hide highlight hypothesize identify
    illustrate implement import improve include incorporate increase indicate infer inform initialize input insert
    inspect install integrate interpret introduce invent invert investigate invite isolate join judge justify keep
    label lay lead learn let limit link list load locate log look lowercase maintain make manipulate map match
    maximize measure memorize mention merge message mimic minimize mix model modify monitor move multiply name narrate
    negate normalize note obtain offer open optimize order organize outline output paint pair paraphrase parse
    pass pay perform persuade pick plan play plot point polish post practice predict prepare present preview print
    prioritize proceed process produce program project proofread propose prove provide pull punctuate put query
    quote randomize rank rate read realize rearrange reason recall recite recognize recommend reconstruct
    record recreate rectify redact reduce refactor refer refine reflect reformat reformulate reframe refute relate
    remove rename render reorder reorganize repair repeat rephrase replace reply report represent request rescale
    research reserve reshape resolve respond restate restructure retell retrieve return reverse review revise reword
    rewrite rhyme rotate round run sample save say scan schedule score scrape search select send separate sequence
    serve set share shorten show shuffle simplify simulate sketch solve sort specify speculate spell split spot start
    state store stream structure study submit substitute subtract suggest sum summarize supply support swap switch
    synthesize tabulate tag tailor take talk teach tell test think tokenize trace track train transcribe transform
    translate transpose traverse triage trim try tune turn type uncover underline understand unscramble update upload
    uppercase use utilize validate verify view visit visualize vote walk watch weigh wrap write
"""
"""English imperatives; words that are first names too (mark, bill, grant) are left out."""

WH: Final = {
    **dict.fromkeys(("what", "what's", "whats"), "what"),
    **dict.fromkeys(("how", "how's"), "how"),
    **dict.fromkeys(("why", "why's"), "why"),
    **dict.fromkeys(("who", "who's", "whom", "whose"), "who"),
    **dict.fromkeys(("where", "where's"), "where"),
    "when": "when",
    "which": "which",
}
"""English words."""

AUXILIARIES: Final = """
    is are was were am does did has had have isn't aren't wasn't weren't doesn't didn't don't hasn't haven't can can't
    could couldn't would wouldn't should shouldn't may might must will won't shall do
    """
"""Words that open a yes/no where a subject follows."""

SUBJECTS: Final = """
    the a an it this that these those there he she they we i you my your our his her their its any anyone all some
    someone one each every both most many people
    """
"""Words that show that what precedes them is a verb or an auxiliary, not a name."""

SKIPPED: Final = """
    please kindly now then also just next first second third finally so ok okay hey hi hello dear well and but or
    thanks sure yes bitte por favor s'il plait vous te
    """
"""Words without a meaning of their own at the head of a question."""

CLAUSES: Final = """
    given using in for with from based if as after before on by to at under within suppose assuming considering
    following taking when while since because once without during about per through upon let's
    """
"""Words that open a clause which the task follows: ``Given a list, sort it``."""

LABELS: Final = "question task instruction instructions q query prompt input user human problem definition teacher"
"""Words before a colon that name the rather than ask it."""

PERSONA: Final = (
    "you are",
    "you're",
    "imagine",
    "pretend",
    "act as",
    "act like",
    "play the role",
    "take the role",
    "take on the role",
    "assume the role",
    "assume you are",
    "suppose you are",
    "roleplay",
    "role-play",
    "role play",
    "from now on",
)
"""Openings that give the model a part to play."""

NOT_PERSONA: Final = ("you are given", "you are provided", "you are presented", "you are asked", "you're given")

FOREIGN: Final = {
    "write": "schreibe schreib schreiben verfasse escribe escriba redacta escribir écris écrivez rédige rédigez",
    "translate": "übersetze übersetz übersetzen traduce traduzca traducir traduis traduisez traduire",
    "explain": "erkläre erklär erklären erläutere explica explique expliquez expliquer",
    "summarize": "zusammenfassen resuma resumir résume résumez résumer",
    "describe": "beschreibe beschreib beschreiben describa describir décris décrivez décrire",
    "list": "liste auflisten enumera enumere enumerar listez énumère énumérez",
    "name": "nenne nennen nombra nomme nommez",
    "generate": "generiere genera generar génère générez générer",
    "create": "erstelle erstellen crea crear crée créez créer",
    "give": "gib nenn da dame donne donnez",
    "find": "finde finden encuentra encontrar trouve trouvez trouver",
    "calculate": "berechne berechnen calcula calcule calcular calculez calculer",
    "compare": "vergleiche vergleichen compara comparar comparez",
    "analyze": "analysiere analysieren analiza analizar analysez analyser",
    "classify": "klassifiziere klassifizieren clasifica clasificar classe classez classifie",
    "correct": "korrigiere korrigieren corrige corregir corrigez",
    "rewrite": "umschreiben reescribe reescribir réécris réécrivez",
    "formulate": "formuliere formulieren formula formular formule formulez",
    "identify": "identifiziere identifizieren identifica identificar identifie identifiez",
    "develop": "entwickle entwickeln desarrolla desarrollar développe développez",
    "suggest": "sugiere sugerir suggère suggérez proposez schlage",
    "provide": "proporciona proporcionar fournis fournissez",
    "make": "haz hacer fais faites mache mach",
    "tell": "dime dites",
    "what": "qué que quel quelle quels quelles",
    "how": "wie cómo cuánto cuánta cuántos cuántas combien",
    "why": "warum wieso weshalb pourquoi",
    "who": "wer wen wem quién quiénes qui",
    "where": "wo woher wohin dónde où",
    "when": "wann cuándo quand",
    "which": "welche welcher welches welchen cuál cuáles",
    "yes/no": "est-ce ist sind hat haben wird werden kann kannst können",
}
"""German, Spanish and French openings by the English word for the same task."""

CHINESE: Final = {
    "rewrite": "改写 重写 重新写 改编",
    "write": "写 撰写 编写 创作 写出 书写",
    "translate": "翻译",
    "summarize": "总结 概括 归纳 概述",
    "explain": "解释 说明 阐述 讲解",
    "list": "列出 列举 罗列",
    "generate": "生成",
    "provide": "给出 提供",
    "give": "给 举出 举一",
    "describe": "描述 描绘 形容",
    "analyze": "分析",
    "compare": "比较 对比",
    "calculate": "计算 求",
    "design": "设计",
    "create": "创建 创造 制作 构建 建立",
    "classify": "分类 归类",
    "find": "找出 找到 查找",
    "determine": "判断 确定",
    "identify": "识别 指出",
    "edit": "编辑 修改",
    "delete": "删除 删掉 去掉",
    "add": "添加 加入",
    "select": "选择 挑选",
    "output": "输出 打印",
    "correct": "修正 纠正 改正",
    "propose": "提出 想出 构思",
    "arrange": "安排 排列 重新排列 排序",
    "improve": "改进 优化",
    "convert": "转换 改为 改成 转化",
    "evaluate": "评估 评价 评分",
    "predict": "预测",
    "estimate": "估算 估计",
    "use": "使用",
    "publish": "发布",
    "answer": "回答",
    "suggest": "建议 推荐",
    "tell": "告诉 讲 说",
    "introduce": "介绍",
    "discuss": "讨论 论述",
    "complete": "完成 补全",
    "name": "命名",
    "why": "为什么 为何",
    "what": "什么",
    "how": "如何 怎么 怎样 多少",
    "who": "谁",
    "which": "哪",
    "yes/no": "是否 能否 是不是 吗",
    "persona": "假设你是 假装 想象 扮演 你是一",
}
"""Chinese openings by the English word for the same task."""

CHINESE_SKIPPED: Final = "请你 请您 请问 请 麻烦 帮我 帮忙 你能 您能 你可以 能不能 可以 给我 为我 用中文 用英文"
"""Polite words at the head of a Chinese question."""

CHINESE_CLAUSES: Final = "将 把 为 对 给定 根据 基于 针对 对于 使用 利用 在 以 从 用 如果 假设"
"""Chinese words that open a clause which the task follows."""
