"""Where a lesson fits in two frameworks that schools plan with."""

from collections.abc import Mapping

from mnist_core.language import noop as N_

AI4K12 = (
    "Touretzky, Gardner-McCune, Martin, Seehorn: Envisioning AI for K-12: What Should Every Child Know about AI? "
    "AAAI Conference on Artificial Intelligence, 2019; ai4k12.org"
)
IDEAS: Mapping[int, str] = {
    1: N_("Perception: computers perceive the world using sensors."),
    2: N_("Representation and reasoning: agents maintain representations of the world and use them for reasoning."),
    3: N_("Learning: computers can learn from data."),
    4: N_("Natural interaction: intelligent agents require many kinds of knowledge to interact naturally with humans."),
    5: N_("Societal impact: AI can impact society in both positive and negative ways."),
}
"""The five big ideas in AI, by their numbers."""

DIGCOMP = (
    "Vuorikari, Kluzer, Punie: DigComp 2.2: The Digital Competence Framework for Citizens. "
    "Publications Office of the European Union, 2022; doi.org/10.2760/115376"
)
COMPETENCES: Mapping[str, str] = {
    "1.2": N_("Evaluating data, information and digital content"),
    "1.3": N_("Managing data, information and digital content"),
    "2.3": N_("Engaging citizenship through digital technologies"),
    "4.2": N_("Protecting personal data and privacy"),
    "5.2": N_("Identifying needs and technological responses"),
    "5.3": N_("Creatively using digital technologies"),
}
"""Competences of DigComp 2.2 that lessons of the app train, by their numbers."""
