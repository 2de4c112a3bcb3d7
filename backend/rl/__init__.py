"""The learning core: pure functions and small networks. No SQL, no HTTP, no settings, no files.

The doors other rooms use, with their shapes (B batch, K token, S state, A action, C chunk):

    config.RltConfig, config.schema()          torch-free; every hyper-parameter with unit and range
    dims.Dims(token=K, state=S, action=A, chunk=C)
    normalisation.Normalisation                demo statistics; .tensors() / .from_tensors(tensors)
    time_scale.faster(chunk, speed)            [..., H, A] -> [..., H // speed, A], numpy
    transitions.EpisodeArrays(...)             what one episode file holds, numpy, physical units
    transitions.build(episode, delay=, normalisation=, config=) -> transitions.Windows
    replay.Replay(dims, capacity, gamma=, human_share=)     or Rlt.new_replay()
        .add(episode_id, windows, outcome=None) -> int     windows it adds, once it is labelled
        .set_outcome(episode_id, outcome)      "success" | "failure" | "discard" | None, any time
        .drop(episode_id)
        .sample(batch_size, generator) -> replay.Batch      .composition() -> dict[str, int]
        len(replay)                            windows that may be sampled now
    schedule.UpdateSchedule(config)            how many updates are due; beta by online episode
    algorithms.rlt.Rlt(config, dims, normalisation, seed, device=processor)
        .pretrain(replay, steps=None) -> Metrics            copy the reference (behaviour cloning)
        .train(replay, updates) -> Metrics                  a fresh batch for each update
        .beta                                  settable while it learns
        .state_dict() / .load_state_dict(tensors)           tensors only, for safetensors; resumable
        .actor_state() -> dict[str, Tensor]    what rollout needs, normalisation included
    policy.ActorPolicy.load(tensors)           refuses tensors that are not a complete actor
        .act(z [B,K], proprio [B,S], reference [B,C,A], explore, generator) -> [B,C,A]
        .explore_reference(reference, generator) -> [B,C,A]  warm-up: the reference, with noise
    token.RlToken                              .encode(embeddings [B,M,D]) -> z [B,K]

Actions, references and proprioception cross these doors in physical units; z-scores stay inside.
"""
